"""The list of customers: narrowed, kept as a view, exported, and a process for the chosen ones."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import reads, store
from tasks.customers.records import Customer
from tasks.scores.records import CurrentScore
from tests.support.bpmn import resource
from tests.support.full_customer import full_customer
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from tests.web.test_budget import counted
from tests.web.test_customer_page import ABOUT
from web import accounts

Opens = Callable[[str], Browser]


@pytest.fixture
def people(app: Flask, clock: Clock) -> dict[str, int]:
    """Given Ada with a complaint and tier A, Bea who is silent, Cem who lapsed."""
    with store.writing(app.extensions["peyvand"].database) as connection:
        session = Session(connection)
        ada = full_customer(session, clock(), "Ada Alder")
        bea = Customer(name="Bea Birch", owner="bob", created_at=clock())
        cem = Customer(name="=Cem", lifecycle_stage="lapsed", created_at=clock())
        session.add_all([bea, cem])
        session.flush()
        for number, tier, silent in ((ada, "A", False), (bea.id, "B", True)):
            session.add(
                CurrentScore(
                    customer_id=number, r=1, f=1, m=1, segment="Loyal", tier=tier, orders=1,
                    spent=1, margin_12m=1, margin_rank=1, revenue_rank=1, problems_12m=0,
                    problem_rank=1, silent=silent, digest=number,
                )
            )  # fmt: skip
        session.flush()
        return {"Ada": ada, "Bea": bea.id, "Cem": cem.id}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Ada", "Bea", "Cem"}),
        ("tier=A", {"Ada"}),
        ("risk=silent", {"Bea"}),
        ("risk=complaint", {"Ada"}),
        ("stage=lapsed", {"Cem"}),
        ("owner=bob", {"Bea"}),
        ("habit=Loyal", {"Ada", "Bea"}),
        ("habit=Loyal&q=bir", {"Bea"}),
        ("tier=D", set()),
    ],
)
def test_the_list_is_narrowed(
    enter: Opens, people: dict[str, int], query: str, found: set[str]
) -> None:
    page = enter("charlie").get(f"/customers?{query}").split('id="rows"')[1]
    assert {name for name, number in people.items() if f'/customers/{number}"' in page} == found


def test_the_list_takes_six_questions_at_most(
    app: Flask, enter: Opens, people: dict[str, int]
) -> None:
    charlie = enter("charlie")
    with counted(app) as found:
        charlie.get("/customers?tier=A&q=al")
    assert len(found["asked"]) <= 6, "\n\n".join(found["asked"])


def test_a_narrowed_list_is_kept_as_a_view_and_removed_again(
    app: Flask, enter: Opens, people: dict[str, int]
) -> None:
    charlie = enter("charlie")
    charlie.get("/customers?tier=A")
    kept = {"name": "The best", "list": "customers", "tier": "A"}
    answer = charlie.post("/views", **kept)
    assert answer.location == "/customers?tier=A"
    page = charlie.get("/customers")
    assert 'href="/customers?tier=A"' in page
    assert "The best" not in charlie.get("/")
    number = page.split('action="/views/')[1].split("/")[0]
    charlie.get("/customers")
    assert charlie.post(f"/views/{number}/removal").location == "/customers"
    assert "The best" not in charlie.get("/customers")


def test_what_the_list_finds_is_exported_by_whoever_may(
    app: Flask, enter: Opens, people: dict[str, int]
) -> None:
    with app.app_context():
        accounts.create("dora", PASSWORD, display_name="Dora", groups=["data_steward"])
    dora = enter("dora")
    dora.get("/customers?stage=lapsed")
    answer = dora.post("/customers/file", stage="lapsed")
    lines = answer.text.lstrip("\ufeff").split("\r\n")
    assert lines[0].startswith("number,name,kind,stage")
    assert lines[1].startswith(f"{people['Cem']},'=Cem,person,lapsed")
    assert lines[2:] == [""]
    charlie = enter("charlie")
    charlie.get("/customers")
    assert charlie.post("/customers/file").status_code == 403


def test_a_process_is_started_for_the_chosen_customers_and_for_all_that_are_found(
    app: Flask, enter: Opens, people: dict[str, int]
) -> None:
    house = app.extensions["peyvand"]
    once = '<zeebe:property name="one_open_per" value="= customer_id" /></zeebe:properties>'
    drawing = resource(
        "start -> user:Look -> end", "looking", ABOUT.replace("</zeebe:properties>", once)
    )
    house.engine.by("bob").definitions.deploy([drawing])
    charlie = enter("charlie")
    assert "looking" in charlie.get("/customers")
    charlie.post("/customers/processes", process="looking", customer=str(people["Bea"]))
    charlie.get("/customers?tier=A")
    charlie.post("/customers/processes", process="looking", all="1")
    assert "Started for 2 customers." in charlie.get("/customers")
    assert "Not started for 1 customer" in charlie.page
    with store.reading(house.database) as connection:
        found = reads.instances(connection, process_id="looking").items
    assert len(found) == 3
