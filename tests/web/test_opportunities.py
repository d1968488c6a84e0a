"""The list of opportunities: by close date, narrowed by stage and owner, with its sums."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import store
from tasks.customers.records import Customer
from tasks.policy.records import PolicyValue
from tasks.quotes.records import Opportunity
from tests.web.browser import Browser
from tests.web.conftest import Clock

Opens = Callable[[str], Browser]


@pytest.fixture
def charlie(app: Flask, clock: Clock, enter: Opens) -> Browser:
    """Given four opportunities of three customers, one of them late."""
    today = clock().date()
    with store.writing(app.extensions["peyvand"].database) as connection:
        session = Session(connection)
        session.add(
            PolicyValue(
                key="company.currency",
                value="EUR",
                default="USD",
                owner="finance",
                title="Currency",
                created_at=clock(),
            )
        )
        people = [Customer(name=name, created_at=clock()) for name in ("Mira", "Otis", "Pia")]
        session.add_all(people)
        session.flush()
        mira, otis, pia = (each.id for each in people)
        late, soon = today - timedelta(days=3), today + timedelta(days=9)
        for customer, stage, amount, closes, owner in (
            (mira, "open", 120_000, soon, "charlie"),
            (otis, "quoted", 50_000, late, "bob"),
            (pia, "open", None, None, None),
            (mira, "won", 70_000, late, "charlie"),
        ):
            session.add(
                Opportunity(
                    customer_id=customer, product=f"SKU-{stage}", stage=stage, amount=amount,
                    closes_on=closes, owner=owner, created_at=clock(),
                    closed_at=clock() if stage == "won" else None,
                )
            )  # fmt: skip
        session.flush()
    return enter("charlie")


def _rows(page: str) -> list[str]:
    return [
        part.split("</bdi>")[0].split("<bdi>")[1] for part in page.split('<th scope="row">')[1:]
    ]


def test_what_is_not_decided_is_listed_by_close_date_with_its_sums(charlie: Browser) -> None:
    page = charlie.get("/opportunities").replace("\xa0", " ")

    assert _rows(page) == ["Otis", "Mira", "Pia"]
    assert "open: 2 · 1,200.00 EUR" in page
    assert "quoted: 1 · 500.00 EUR" in page
    assert page.count("tag late") == 1
    assert "Bob" in page


def test_it_is_narrowed_by_stage_owner_and_what_is_over(charlie: Browser) -> None:
    assert _rows(charlie.get("/opportunities?stage=won")) == ["Mira"]
    assert "tag late" not in charlie.page  # it is decided
    assert _rows(charlie.get("/opportunities?owner=charlie")) == ["Mira"]
    assert _rows(charlie.get("/opportunities?overdue=on")) == ["Otis"]
    assert "No opportunities of this kind." in charlie.get("/opportunities?owner=nobody")
    assert _rows(charlie.get("/opportunities?stage=odd")) == ["Otis", "Mira", "Pia"]
