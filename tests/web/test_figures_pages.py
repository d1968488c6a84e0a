"""The pages of figures: from snapshots alone, small numbers hidden, in three languages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import store
from tasks.customers.records import Customer
from tasks.figures.keeping import keep
from tasks.scores.records import CurrentScore
from tests.support.full_customer import full_customer
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from tests.web.test_budget import counted
from web import accounts

Opens = Callable[[str], Browser]
PAGES = (
    "management", "value", "habits", "cohorts", "sales", "market", "touchpoints", "permission",
)  # fmt: skip


def scored(number: int, **facts: Any) -> CurrentScore:
    given = {
        "customer_id": number, "r": 1, "f": 2, "m": 3, "segment": "loyal", "tier": "B",
        "orders": 2, "spent": 1000 * number, "margin_12m": 400 * number, "margin_rank": number,
        "revenue_rank": number, "problems_12m": 0, "problem_rank": 1, "alive": 0.5,
        "expected_12m": 1.0, "clv_12m": 500 * number, "silent": number % 2 == 0, "digest": number,
    }  # fmt: skip
    return CurrentScore(**(given | facts))


@pytest.fixture
def figures(app: Flask, clock: Clock) -> None:
    """Given twelve customers of tier B and three of tier A, and the figures of last night."""
    with store.writing(app.extensions["peyvand"].database) as connection:
        session = Session(connection)
        session.add(scored(full_customer(session, clock(), "Ada"), tier="A"))
        for n in range(14):
            customer = Customer(name=f"Customer {n}", created_at=clock())
            session.add(customer)
            session.flush()
            session.add(scored(customer.id, tier="A" if n < 2 else "B"))
        session.flush()
        keep(session, clock() - timedelta(hours=7))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "fa", "lt"])
def test_each_page_is_shown_in_each_language(
    app: Flask, figures: None, enter: Opens, page: str, language: str
) -> None:
    bob = enter("bob")
    bob.get("/")
    bob.post("/account/language", locale=language)
    shown = bob.get(f"/figures/{page}")
    assert "<table" in shown
    if page not in ("cohorts", "touchpoints"):  # nobody met us often enough
        assert "<svg" in shown.split("charts")[1]
    if language == "fa":
        assert "۱۳ آبان ۱۴۰۵" in shown  # 4 November 2026


def test_before_the_first_night_the_pages_say_where_figures_come_from(enter: Opens) -> None:
    for page in PAGES:
        assert "No figures yet." in enter("bob").get(f"/figures/{page}")


def test_a6_a_share_of_fewer_than_ten_is_hidden(figures: None, enter: Opens) -> None:
    page = enter("bob").get("/figures/habits").split("Silent for longer")[1]
    rows = {tier: page.split(f"tier={tier}&")[1].split("</tr>")[0] for tier in ("A", "B")}
    assert "too few to tell" in rows["A"]
    assert "n = 12" in rows["B"]


def test_r10_the_actual_share_of_the_best_fifth_is_shown(figures: None, enter: Opens) -> None:
    page = enter("bob").get("/figures/value")
    # 15 customers spent 1000 to 15000: the best three 42 000 of 120 000
    assert "35%" in page.replace(".0", "").replace(" %", "%")


def test_figures_read_snapshots_and_never_all_rows(app: Flask, figures: None, enter: Opens) -> None:
    bob = enter("bob")
    for page in PAGES:
        with counted(app) as found:
            bob.get(f"/figures/{page}")
        rows = [text for text in found["asked"] if "crm_current_score" in text
                or "crm_transaction" in text]  # fmt: skip
        assert rows == []
        assert len(found["asked"]) <= 6


def test_who_leads_nothing_sees_no_figures(app: Flask, figures: None, enter: Opens) -> None:
    with app.app_context():
        accounts.create("dina", PASSWORD, display_name="Dina", groups=["sales_rep"])
    enter("dina").get("/figures/value", 403)
    assert "/figures" not in enter("dina").get("/customers")
