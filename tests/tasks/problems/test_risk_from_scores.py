"""Signs of risk that come from the nightly scores and from the prices a customer paid."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tasks.customers.records import Customer
from tasks.problems.risk import gather_signs
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.scores.records import CurrentScore
from tests.support.crm import DAY, NOON, customer


def product(session: Session, sku: str) -> Product:
    made = Product(sku=sku, name=sku, category="all", price=1_000, unit_cost=400, currency="USD")
    session.add(made)
    session.flush()
    return made


def paid(
    session: Session, person: Customer, ago: float, what: Product, net: int, quantity: int = 1,
    currency: str = "USD",
) -> None:  # fmt: skip
    at = NOON - ago * DAY
    made = Transaction(customer_id=person.id, order_no=f"A-{person.id}-{ago}", at=at, amount=net)
    made.currency, made.created_at = currency, at
    session.add(made)
    session.flush()
    line = TransactionLine(transaction_id=made.id, product_id=what.id, quantity=quantity, net=net)
    session.add(line)
    session.flush()


def signs(session: Session, person: Customer) -> dict[str, Any]:
    found: dict[str, Any] = gather_signs(session, NOON, person.id)["signs"]
    return found


def scored(session: Session, person: Customer, orders: int, alive: float) -> None:
    found = {"r": 1, "f": 3, "m": 3, "segment": "at_risk", "tier": "C", "orders": orders}
    found |= dict.fromkeys(("spent", "margin_12m", "margin_rank", "revenue_rank"), 1)
    found |= {"problems_12m": 0, "problem_rank": 1, "silent": False, "digest": 1, "alive": alive}
    session.add(CurrentScore(customer_id=person.id, **found))
    session.flush()


def test_who_probably_stopped_buying_is_a_sign_only_after_two_purchases(session: Session) -> None:
    person, once = customer(session), customer(session)
    scored(session, person, orders=4, alive=0.31)
    scored(session, once, orders=1, alive=0.31)

    assert signs(session, person)["alive"] == 0.31
    assert signs(session, once)["alive"] is None


def test_a_price_rises_against_what_the_same_customer_paid_before(session: Session) -> None:
    person = customer(session)
    shoe, sock = product(session, "shoe"), product(session, "sock")
    paid(session, person, 200, shoe, net=1_000)
    paid(session, person, 190, sock, net=1_000, quantity=2)
    paid(session, person, 150, shoe, net=1_500)  # long ago
    paid(session, person, 60, shoe, net=1_500)
    paid(session, person, 50, sock, net=550)
    paid(session, person, 40, sock, net=400, currency="EUR")

    assert signs(session, person)["price_rise"] == pytest.approx(10)


def test_a_first_or_cheaper_purchase_is_no_price_rise(session: Session) -> None:
    person = customer(session)
    shoe, gift = product(session, "shoe"), product(session, "gift")
    paid(session, person, 60, shoe, net=1_000)
    paid(session, person, 30, shoe, net=900)
    paid(session, person, 50, gift, net=0)
    paid(session, person, 20, gift, net=500)  # was a present before

    assert signs(session, person)["price_rise"] is None
