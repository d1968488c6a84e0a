"""Parts of words are found by an index that follows the table, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from engine import store
from tasks.customers.records import ContactPoint, Customer
from tasks.declare import search
from tasks.installed import METADATA, SUBJECTS
from tests.support.crm import customer
from web.reads import customers as reads


@pytest.fixture
def database() -> Iterator[Engine]:
    found = store.connect("sqlite://")
    METADATA.create_all(found)
    yield found
    found.dispose()


def names(session: Session, sought: str) -> list[str]:
    return [each.customer.name for each in reads.customers(session, sought, 1, "LT").items]


def test_the_index_follows_names_and_addresses(database: Engine) -> None:
    with Session(database) as session:
        mira, zydre = customer(session, name="Mira Meadow"), customer(session, name="Žydrė")
        assert names(session, "eado") == ["Mira Meadow"]
        assert names(session, "zydr") == ["Žydrė"]
        assert names(session, f"customer{mira.id}@") == ["Mira Meadow"]
        mira.name = "Mira Marsh"
        session.delete(session.query(ContactPoint).filter_by(customer_id=zydre.id).one())
        session.flush()
        assert names(session, "eado") == []
        assert names(session, "marsh") == ["Mira Marsh"]
        assert names(session, f"customer{zydre.id}@") == []
        assert names(session, '"quoted*') == []


def test_of_a_word_that_very_many_have_the_newest_are_looked_at(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "MOST_FOUND", 3)
    with Session(database) as session:
        for n in range(5):
            customer(session, name=f"Smith {n}", reachable=())
        assert names(session, "smith") == ["Smith 4", "Smith 3", "Smith 2"]


def test_no_search_reads_all_customers(database: Engine) -> None:
    with Session(database) as session:
        found = reads.found(session, "meadow", "LT")
        asked = found.compile(database, compile_kwargs={"literal_binds": True})
        plan = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert not [step for step in plan if step.startswith("SCAN crm_")]


def test_an_index_that_is_gone_is_noticed_and_filled_again(database: Engine) -> None:
    with Session(database) as session:
        customer(session, name="Mira Meadow")
        session.commit()
    with database.begin() as connection:
        search.remove_all(connection, SUBJECTS.searches)
        assert not search.installed(connection, SUBJECTS.searches)
        search.install(connection, SUBJECTS.searches)
        assert search.installed(connection, SUBJECTS.searches)
    with Session(database) as session:
        assert names(session, "eado") == ["Mira Meadow"]
        assert session.query(Customer).count() == 1
