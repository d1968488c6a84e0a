"""4.4 The next sale: what fits is offered once, and stops at a no."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.cases.records import Case, numbered
from tasks.customers.records import ContactPoint, Customer
from tasks.moments.records import MomentOfTruth
from tasks.policy.records import PolicyValue
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.quotes.records import Opportunity
from tests.processes.development.conftest import is_open, offers
from tests.support.crm import NOON, customer, say
from tests.support.town import Town


@pytest.fixture
def shop(town: Town) -> Town:
    """Customers who have a player mostly have a box too; the first three have the player alone."""
    leave_alone(town, 0)
    with town.session() as session:
        sold = {each.sku: each for each in session.scalars(select(Product))}
        for number in range(4, 24):
            neighbour = customer(session, name=f"Neighbour {number}")
            buys(session, neighbour.id, f"N-{number}", sold["DEMO-PLAYER"])
            if number % 4:
                buys(session, neighbour.id, f"B-{number}", sold["DEMO-BOX"])
        for number in (1, 2, 3):
            buys(session, number, f"P-{number}", sold["DEMO-PLAYER"])
        session.commit()
    town.start("count_together", "goda")
    return town


def leave_alone(town: Town, share: float) -> None:
    with town.session() as session:
        key = PolicyValue.key == "next_sale.control_share"
        session.scalars(select(PolicyValue).where(key)).one().value = share
        session.commit()


def buys(session: Session, customer_id: int, number: str, product: Product) -> None:
    at = NOON - timedelta(days=100)
    order = Transaction(
        customer_id=customer_id, order_no=number, at=at, amount=product.price, currency="USD",
        created_at=at,
    )  # fmt: skip
    order.lines.append(TransactionLine(product_id=product.id, quantity=1, net=product.price))
    session.add(order)


def sale_wanted(town: Town, reason: str = "growth", customer_id: int = 1) -> None:
    message = {"customer_id": customer_id, "reason": reason}
    town.publish("sale.wanted", str(customer_id), **message)


def test_what_fits_is_offered_three_days_after_a_good_moment_and_bought(shop: Town) -> None:
    sale_wanted(shop, "good moment")
    assert offers(shop) == []

    shop.until(shop.now + timedelta(days=3, hours=1))
    assert offers(shop) == ["next-offer"]
    with shop.session() as session:
        opportunity = session.scalars(select(Opportunity)).one()
        assert (opportunity.product, opportunity.stage) == ("DEMO-BOX", "open")
        assert opportunity.amount == 4900
        assert opportunity.closes_on is not None

    # an order of something else is no answer, an order of it is
    shop.happens("order.placed", 1, order_of("DEMO-CD", "A-1"))
    with shop.session() as session:
        assert session.scalars(select(Opportunity)).one().stage == "open"
    shop.happens("order.placed", 1, order_of("DEMO-BOX", "A-2"), number=2)
    with shop.session() as session:
        assert session.scalars(select(Opportunity)).first().stage == "won"  # type: ignore[union-attr]


def order_of(sku: str, number: str) -> dict[str, Any]:
    line = {"sku": sku, "quantity": 1, "net": 4900}
    return {"order_id": number, "amount": 4900, "margin": 2000, "lines": [line]}


def test_selling_stops_at_a_no(shop: Town) -> None:
    may_be_called(shop, 1)
    sale_wanted(shop)
    shop.complete("offer_talk", "gita", fits_need="no", reaction="no", why_not="price")

    sale_wanted(shop)
    shop.happens("order.placed", 1, order_of("DEMO-CD", "A-9"))
    assert not shop.open_tasks("offer_talk")
    assert offers(shop) == []
    with shop.session() as session:
        opportunity = session.scalars(select(Opportunity)).one()
        assert opportunity.lost_reason == "price"
        assert opportunity.rest_until == shop.now.date() + timedelta(days=180)

    # half a year later something else may be offered again
    shop.until(shop.now + timedelta(days=181))
    sale_wanted(shop)
    assert shop.open_tasks("offer_talk")


def test_selling_stops_while_something_is_wrong(shop: Town) -> None:
    with shop.session() as session:
        case = Case(
            customer_id=1, kind="complaint", channel="email", text="It is broken.", number="",
            opened_at=shop.now, created_at=shop.now,
        )  # fmt: skip
        numbered(session, case)
        session.commit()

    sale_wanted(shop)
    assert not shop.open_tasks("offer_talk")
    assert offers(shop) == []

    # nor in the two weeks after it was closed
    with shop.session() as session:
        found = session.scalars(select(Case)).one()
        found.state, found.closed_at, found.closed_how = "closed", shop.now, "confirmed"
        session.commit()
    sale_wanted(shop)
    assert offers(shop) == []
    shop.until(shop.now + timedelta(days=15))
    sale_wanted(shop)
    assert offers(shop) == ["next-offer"]


def test_whoever_is_irritated_is_a_bad_moment_and_rests(shop: Town) -> None:
    may_be_called(shop, 1)
    sale_wanted(shop, "hot")

    shop.complete("offer_talk", "gita", fits_need="no", reaction="irritated")

    with shop.session() as session:
        moment = session.scalars(
            select(MomentOfTruth).where(MomentOfTruth.polarity == "negative")
        ).one()
        assert (moment.customer_id, moment.weight) == (1, 3)
        rest = session.scalars(select(Opportunity)).one().rest_until
        assert rest == shop.now.date() + timedelta(days=90)


def test_r35_nothing_is_offered_where_nothing_earns_its_contact(town: Town) -> None:
    sale_wanted(town)  # nobody has counted anything: nothing is likely

    assert offers(town) == []
    with town.session() as session:
        assert session.scalar(select(func.count()).select_from(Opportunity)) == 0


def test_who_is_left_alone_for_comparison_is_offered_nothing_this_quarter(shop: Town) -> None:
    leave_alone(shop, 1)

    sale_wanted(shop)

    assert offers(shop) == []


def test_a_talk_leads_to_a_tailored_offer_on_the_same_opportunity(shop: Town) -> None:
    may_be_called(shop, 1)
    sale_wanted(shop, "hot")

    shop.complete(
        "offer_talk", "gita", fits_need="yes", need="Ten for a shop.", reaction="yes",
        needs_tailoring=True,
    )  # fmt: skip

    assert is_open(shop, "configure_offer")
    with shop.session() as session:
        assert session.scalars(select(Opportunity)).one().began_by == "hot"


def may_be_called(town: Town, customer_id: int) -> None:
    with town.session() as session:
        person = session.get_one(Customer, customer_id)
        say(session, person, "phone", "marketing", "allowed", NOON.replace(year=2025))
        session.add(
            ContactPoint(
                customer_id=customer_id, channel="phone", value="+12025550001", created_at=NOON
            )
        )
        session.commit()
