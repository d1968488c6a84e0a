"""Segments on pages: counted before they are saved, filled at once, their history kept."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import store
from tasks.customers.records import Customer
from tasks.segments.records import Segment, SegmentMember
from tests.web.browser import Browser
from tests.web.conftest import Clock
from tests.web.test_figures_pages import scored

Opens = Callable[[str], Browser]
RULE = '= tier = "B" and spent > 3000'


@pytest.fixture
def people(app: Flask, clock: Clock) -> None:
    """Given six customers who spent 1000 to 6000 in minor units."""
    with store.writing(app.extensions["peyvand"].database) as connection:
        session = Session(connection)
        for n in range(6):
            customer = Customer(name=f"Customer {n}", created_at=clock())
            session.add(customer)
            session.flush()
            session.add(scored(customer.id))
        session.flush()


def test_a_rule_is_counted_with_a_sample_before_it_is_saved(
    app: Flask, people: None, enter: Opens
) -> None:
    alice = enter("alice")
    alice.get("/segments/new")
    counted = alice.post("/segments/count", rule=RULE).text
    assert "3 customers" in counted
    assert "of 6 who were scored" in counted
    assert "Customer 5" in counted
    page = alice.post("/segments/new", title="Good", rule=RULE, only_count="1")
    assert "3 customers" in page.text
    with Session(app.extensions["peyvand"].database) as session:
        assert session.scalars(select(Segment)).all() == []


def test_a_saved_segment_has_its_members_at_once_and_keeps_who_left(
    app: Flask, people: None, enter: Opens
) -> None:
    alice = enter("alice")
    alice.get("/segments/new")
    address = alice.post("/segments/new", title="Good ones", rule=RULE).location
    page = alice.get(address)
    assert "Who came and left" in page
    alice.post(address, title="Good ones", rule="= spent > 5000", version="1")
    with Session(app.extensions["peyvand"].database) as session:
        segment = session.scalars(select(Segment)).one()
        assert segment.name == "good_ones"
        assert len(session.scalars(select(SegmentMember)).all()) == 1
    history = alice.get(address).split("Who came and left")[1]
    assert '<td class="num">2</td>' in history
    assert "1 customer<" in alice.get("/segments")


@pytest.mark.parametrize("rule", ["= spent >", "= 1 = 1", ""])
def test_a_rule_that_cannot_be_read_is_told_and_nothing_is_saved(
    people: None, enter: Opens, rule: str
) -> None:
    alice = enter("alice")
    alice.get("/segments/new")
    answer = alice.post("/segments/new", title="Wrong", rule=rule)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Wrong" not in alice.get("/segments")


def test_two_people_do_not_overwrite_each_other(app: Flask, people: None, enter: Opens) -> None:
    alice = enter("alice")
    alice.get("/segments/new")
    address = alice.post("/segments/new", title="Good", rule=RULE).location
    alice.get(address)
    alice.post(address, title="Better", rule=RULE, version="1")
    answer = alice.post(address, title="Worse", rule=RULE, version="1")
    assert answer.status_code == 409


def test_who_may_not_change_segments_only_looks(people: None, enter: Opens) -> None:
    charlie = enter("charlie")
    charlie.get("/segments")
    charlie.get("/segments/new", 403)
    assert charlie.post("/segments/count", rule=RULE).status_code == 403
