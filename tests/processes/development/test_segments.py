"""4.2 Strategies for segments: a segment moves and its strategy with it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import reads, store
from engine.errors import Invalid
from engine.model import StartRequest
from tasks.policy.records import values
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.segments.records import Segment, SegmentMember
from tests.support.crm import NOON, customer
from tests.support.town import Town

SEGMENT_PLAN: dict[str, Any] = {
    "objective": "protect",
    "proposition": "A person who answers.",
    "treatments": [{"treatment": "welcome_back"}],
    "service_level": "higher",
    "contacts_30d": 1,
    "budget": 500,
    "kpi": "margin per customer",
    "target": "+ 5 %",
    "review_on": "2027-12-01",
}


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Town]:
    """Two segments of 35 customers: the homes earn well, the shops hardly anything."""
    folders = ("shared", "targeting", "development")
    found = Town(f"sqlite:///{tmp_path / 'market.db'}", folders=folders)
    with found.session() as session:
        session.execute(delete(Segment))
        for name, margin in (("homes", 2000), ("shops", 300)):
            segment = Segment(name=name, title=name.title(), kind="manual", created_at=NOON)
            session.add(segment)
            session.flush()
            for number in range(35):
                member = customer(session, name=f"{name} {number}")
                session.add(SegmentMember(segment_id=segment.id, customer_id=member.id, at=NOON))
                earns(session, member.id, f"{name}-{number}", margin)
        session.commit()
    yield found
    found.database.dispose()


def earns(session: Session, customer_id: int, number: str, margin: int, days: int = 10) -> None:
    music = session.scalars(select(Product).where(Product.sku == "DEMO-CD")).one()
    at = NOON - timedelta(days=days)
    order = Transaction(
        customer_id=customer_id, order_no=number, at=at, amount=5000, margin=margin,
        currency="USD", created_at=at,
    )  # fmt: skip
    order.lines.append(
        TransactionLine(product_id=music.id, quantity=1, net=5000, cost=5000 - margin)
    )
    session.add(order)


def looks_at_segments(town: Town) -> None:
    town.start("segment_strategy", "bob")


def strategies(town: Town) -> dict[str, str]:
    """What the table says for each segment that waits for a plan, by segment."""
    found = {}
    for key in town.open_tasks("write_plan"):
        with store.reading(town.database) as connection:
            seen = reads.task_sees(connection, key)
        found[seen["one"]["segment"]] = seen["strategy"]["objective"]
    return found


def plan_segments(town: Town) -> None:
    for key, objective in zip(
        town.open_tasks("write_plan"), strategies(town).values(), strict=True
    ):
        cap = 1 if objective == "protect" else 2
        plan = SEGMENT_PLAN | {"objective": objective, "contacts_30d": cap}
        town.finish(key, "bob", **plan)
    town.play()
    for key in town.open_tasks("approve_plan"):
        town.finish(key, "goda", decision="approve")
    town.play()


def caps(town: Town) -> dict[str, Any]:
    with town.session() as session:
        return {key: cap for key, cap in values(session, "cap_30d").items() if key != "at_risk"}


def test_a_segment_moves_from_value_to_value_and_the_strategy_with_it(market: Town) -> None:
    # given homes earn well and shops hardly
    looks_at_segments(market)
    assert strategies(market) == {"homes": "protect", "shops": "automate"}
    plan_segments(market)
    assert caps(market) == {"homes": 1, "shops": 2}

    # when nothing moved, the plans stay
    market.until(market.now + timedelta(days=30))
    looks_at_segments(market)
    assert strategies(market) == {}

    # when the shops begin to buy
    with market.session() as session:
        shops = select(SegmentMember.customer_id).join(Segment).where(Segment.name == "shops")
        for each in session.scalars(shops).all():
            earns(session, each, f"more-{each}", 6000, days=0)
        session.commit()
    looks_at_segments(market)

    # then both strategies move, and the plan shows who rose and fell
    assert strategies(market) == {"homes": "automate", "shops": "protect"}
    with store.reading(market.database) as connection:
        first = reads.task_sees(connection, market.open_tasks("write_plan")[1])
    assert first["one"]["figures"]["moved"]["rose"] > 0
    plan_segments(market)
    assert caps(market) == {"homes": 2, "shops": 1}


def test_r34_the_gate_keeps_to_the_cap_of_a_segments_plan(market: Town) -> None:
    looks_at_segments(market)
    plan_segments(market)

    request = {
        "customer_id": 1, "purpose": "marketing", "message_ref": "next-offer", "priority": 3,
        "message_fields": {"product": "a box", "owner": "Gita"}, "relevance": 0.1,
        "expires_at": None, "campaign_id": None,
    }  # fmt: skip
    for _ in range(2):
        market.engine.by("ivan").instances.start(StartRequest("contact_gate", variables=request))
        market.play()
        market.later(hours=1)

    with market.session() as session:
        decided = [each.decision for each in market.contacts(session)]
    assert decided == ["send", "skip"]


def test_to_part_from_a_segment_is_decided_by_the_head_of_care(market: Town) -> None:
    looks_at_segments(market)
    first, _ = market.open_tasks("write_plan")

    market.engine.by("bob").tasks.complete(first, SEGMENT_PLAN | {"objective": "exit"})
    market.play()

    [approve] = market.open_tasks("approve_plan")
    assert market.groups_of(approve) == {"care_head"}
    with pytest.raises(Invalid):  # without reason, notice and a look at the law
        market.engine.by("elham").tasks.complete(approve, {"decision": "approve"})
