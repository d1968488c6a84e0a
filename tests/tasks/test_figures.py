"""Figures of the market from records: touchpoints, products, what is not bought, competition."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.campaigns.records import Campaign
from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.customers.records import Customer
from tasks.figures.competition import competition
from tasks.figures.management import management
from tasks.figures.not_bought import missing
from tasks.figures.permission import permission
from tasks.figures.products import products
from tasks.figures.sales import sales
from tasks.figures.touchpoints import touchpoints
from tasks.moments.records import MomentOfTruth
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.quotes.records import Opportunity
from tasks.segments.records import Segment, SegmentMember
from tasks.surveys.records import Survey, SurveyAnswer
from tasks.touchpoints.records import Touchpoint
from tests.support.crm import DAY, NOON, company, customer, say

YEAR = 365 * DAY


@pytest.fixture
def session() -> Iterator[Session]:
    database = company()
    with Session(database) as found:
        yield found
    database.dispose()


def order(session: Session, who: Customer, days: int, product: Product | None = None,
          number: int = 0, **facts: Any) -> Transaction:  # fmt: skip
    made = Transaction(
        customer_id=who.id, order_no=f"O-{who.id}-{days}-{number}", at=NOON - days * DAY,
        amount=1000, margin=300, currency="EUR", created_at=NOON, **facts,
    )  # fmt: skip
    if product:
        made.lines = [TransactionLine(product_id=product.id, quantity=1, net=1000, cost=700)]
    session.add(made)
    return made


def test_a12_ways_end_with_an_order_or_with_90_quiet_days(session: Session) -> None:
    shop = Touchpoint(name="Shop visit", created_at=NOON)
    session.add(shop)
    session.flush()
    for n in range(12):
        who = customer(session, name=f"Visitor {n}")
        met = [200, 150] if n < 4 else [150]  # 50 days apart: one way
        for days in met:
            session.add(MomentOfTruth(
                customer_id=who.id, touchpoint_id=shop.id, at=NOON - days * DAY, source="event",
                polarity="neutral", weight=0, created_at=NOON,
            ))  # fmt: skip
        if n < 8:
            session.add(Contact(
                customer_id=who.id, purpose="marketing", channel="email", decision="send",
                created_at=NOON, decided_at=NOON, sent_at=NOON - 140 * DAY,
            ))  # fmt: skip
        if n < 6:
            order(session, who, 130)
    open_way = customer(session, name="Met us yesterday")
    session.add(MomentOfTruth(
        customer_id=open_way.id, touchpoint_id=shop.id, at=NOON - DAY, source="event",
        polarity="neutral", weight=0, created_at=NOON,
    ))  # fmt: skip
    session.flush()
    found = touchpoints(session, NOON)
    assert (found["ways"], found["sold"]["value"], found["sold"]["n"]) == (12, 0.5, 12)
    [row] = found["rows"]  # the message was on eight ways only
    assert (row["name"], row["ways"], found["hidden"]) == ("Shop visit", 12, 1)
    assert (row["first"], row["last"], row["linear"]) == (6000, 0, 3000)
    assert row["assisted"] == 6000
    assert row["markov"] == 3000  # without either nobody buys


def test_a1b_growth_and_complaints_of_a_product(session: Session) -> None:
    product = session.scalars(select(Product).limit(1)).one()
    who = customer(session)
    for n in range(40):
        made = order(session, who, 10, product, number=n)
    for n in range(20):
        order(session, who, 400, product, number=n)
    session.flush()
    session.add(Case(
        customer_id=who.id, number="C-1", kind="complaint", channel="email", language="en",
        text="Broken", order_no=made.order_no, opened_at=NOON - DAY, created_at=NOON,
    ))  # fmt: skip
    session.flush()
    [row] = products(session, NOON)["products"]
    assert (row["sold"], row["margin"], row["growth"]) == (40, 12_000, 1.0)
    assert row["problems"]["value"] == 25
    assert row["problems"]["low"] < 25 < row["problems"]["high"]


def test_a24_fewer_buyers_than_in_the_same_quarter_before_are_missing(session: Session) -> None:
    product = session.scalars(select(Product).limit(1)).one()
    segment = Segment(name="town", title="Town", kind="manual", created_at=NOON)
    habit = Segment(name="habit", title="Habit", kind="rfm", created_at=NOON)
    session.add_all([segment, habit])
    session.flush()
    for n in range(60):
        who = customer(session, name=f"C{n}", relationship_since=(NOON - 3 * YEAR).date())
        for each in (segment, habit):
            session.add(SegmentMember(segment_id=each.id, customer_id=who.id, at=NOON))
        if n < 40:
            order(session, who, 365 + 20, product)
        if n < 10:
            order(session, who, 20, product)
    session.add(Opportunity(
        customer_id=who.id, stage="lost", lost_reason="price", closed_at=NOON - DAY,
        created_at=NOON,
    ))  # fmt: skip
    session.flush()
    found = missing(session, NOON)
    [gap] = found["gaps"]
    assert (gap["segment"], gap["method"], gap["missing"]) == ("Town", "season_before", 30)
    assert gap["difference"]["high"] < 0
    assert found["reasons"] == [{"reason": "price", "times": 1}]


def test_a26_all_spellings_of_a_competitor_are_one_and_small_n_is_hidden(session: Session) -> None:
    who = customer(session)
    for n, (name, stage) in enumerate([("Acme", "won"), ("acme ", "lost"), ("ACME", "lost")] * 4):
        session.add(Opportunity(
            customer_id=who.id, competitor=name, stage=stage, closed_at=NOON - n * DAY,
            lost_reason="price" if stage == "lost" else "", created_at=NOON,
        ))  # fmt: skip
    session.add(Opportunity(
        customer_id=who.id, competitor="Rare", stage="lost", closed_at=NOON, created_at=NOON,
    ))  # fmt: skip
    session.flush()
    acme, rare = competition(session, NOON)["rows"]
    assert (acme["won"], acme["lost"], acme["why_lost"]) == (4, 8, [["price", 8]])
    assert (round(acme["win_rate"]["value"], 2), acme["win_rate"]["n"]) == (0.33, 12)
    assert (rare["lost"], rare["win_rate"]) == (1, None)


def test_a21_the_base_grows_and_shrinks_by_what_was_heard(session: Session) -> None:
    customer(session, name="Long ago")
    new = customer(session, name="New", allows=())
    say(session, new, "email", "marketing", "allowed", NOON - 5 * DAY)
    gone = customer(session, name="Gone")
    say(session, gone, "email", "marketing", "denied", NOON - 3 * DAY)
    session.flush()
    found = permission(session, NOON)
    [base] = [row for row in found["bases"] if row["purpose"] == "marketing"]
    assert (base["permitted"], base["gained"], base["lost"]) == (2, 1, 1)
    assert [month["channels"]["email"] for month in found["months"][-2:]] == [2, 2]
    assert len(found["months"]) == 13


def test_a25_cost_of_a_new_customer_beside_one_who_stayed(session: Session) -> None:
    campaign = Campaign(
        name="New", objective="acquire", hypothesis="", segment="x", starts=NOON.date(),
        ends=NOON.date(), budget=0, margin_per_response=0, expected_response=0.1,
        success_measure="", template_name="cd-news", created_at=NOON,
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    for n in range(22):
        who = customer(session, name=f"C{n}")
        order(session, who, 30)
        if n < 10:
            order(session, who, 500)
        acquires = campaign.id if n >= 10 else None
        session.add(Contact(
            customer_id=who.id, purpose="marketing", channel="email", decision="send", cost=50,
            campaign_id=acquires, created_at=NOON, decided_at=NOON,
            sent_at=NOON - timedelta(days=40),
        ))  # fmt: skip
    session.flush()
    costs = sales(session, NOON)["costs"]
    assert costs["acquisition"] == {"cost": 600, "customers": 12, "each": 50.0}
    assert costs["retention"] == {"cost": 500, "customers": 10, "each": 50.0}


def test_the_management_page_knows_what_a_campaign_added(session: Session) -> None:
    effect = {"uplift_percent": 2.0, "uplift_low_percent": 1.0, "uplift_high_percent": 3.0,
              "n_treated": 90, "n_control": 10, "margin_beyond": 12.5, "margin_low": 2.0,
              "margin_high": 23.0}  # fmt: skip
    session.add(Campaign(
        name="Spring", objective="retain", hypothesis="", segment="x", starts=NOON.date(),
        ends=NOON.date(), budget=0, margin_per_response=0, expected_response=0.1, currency="EUR",
        success_measure="", template_name="cd-news", status="measured", result={"effect": effect},
        created_at=NOON,
    ))  # fmt: skip
    session.flush()
    [row] = management(session, NOON)["campaigns"]
    assert (row["uplift"], row["n"], row["margin_beyond"]) == (2.0, 100, 12.5)


def test_r29_more_complaints_of_the_unhappy_are_a_rise_and_told_since_when(
    session: Session,
) -> None:
    """Ten are unhappy; the more of them complain, the higher the share that is the aim."""
    asked = Survey(name="After delivery", kind="nps", confidentiality="named", created_at=NOON)
    asked.benefit_statement = "So that the next one comes in time."
    session.add(asked)
    session.flush()
    people = [customer(session, name=f"Unhappy {n}") for n in range(10)]
    for who in people:
        session.add(
            SurveyAnswer(
                survey_id=asked.id, customer_id=who.id, question="nps", value=3.0,
                at=NOON - 5 * DAY, created_at=NOON,
            )
        )  # fmt: skip
    rates = []
    for n, who in enumerate(people[:6]):
        session.add(
            Case(
                customer_id=who.id, kind="complaint", channel="portal", text="Late",
                number=f"C-{n}", opened_at=NOON - (6 - n) * DAY, created_at=NOON,
            )
        )  # fmt: skip
        session.flush()
        rates.append(management(session, NOON)["voice"])

    assert [each["complaints"] for each in rates] == [1, 2, 3, 4, 5, 6]
    assert [each["rate"]["value"] for each in rates] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert {each["since"] for each in rates} == {(NOON - 6 * DAY).date().isoformat()}
