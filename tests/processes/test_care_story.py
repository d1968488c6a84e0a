"""Trouble is noticed before the customer leaves: rebuilt, or parted from with dignity."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tasks.customers.lifecycle import LifecycleChange
from tasks.customers.records import Customer
from tasks.lapsed.records import LapsedRecord
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.risks.records import CareProgramme, RiskAssessment
from tests.support.crm import DAY
from tests.support.town import Town

FOLDERS = ("shared", "development", "welcoming", "problems", "win_back")
PLAN: dict[str, Any] = {
    "what_hurt": "Twice late, and nobody called.",
    "customer_words": "You forgot me.",
    "expectation_now": [{"expected": "A call before each delivery", "importance": 9}],
    "steps": [{"what": "Deliver by our own driver", "who": "operations", "due": "2026-12-20"}],
    "authority_limit": 200,
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(f"sqlite:///{tmp_path / 'town.db'}", people=1, folders=FOLDERS)
    with found.session() as session:
        for order in session.scalars(select(Transaction)):
            order.margin, order.promised_at = 30_000, order.at
            order.delivered_at = order.at + 4 * DAY
        session.commit()
    yield found
    assert found.incidents() == []
    found.database.dispose()


def stages(town: Town) -> list[str]:
    with town.session() as session:
        query = select(LifecycleChange.became).where(LifecycleChange.customer_id == 1)
        return list(session.scalars(query.order_by(LifecycleChange.id)))


def trouble(town: Town) -> None:
    """Let things go wrong: late, a bad mark, a failed payment, a competitor."""
    answers = {"survey_id": "s", "answers": {"csat": 1, "nps": 3}}
    town.happens("survey.answered", 1, answers)
    for kind, payload in (
        ("stakeholder.left", {"name": "Ada"}),
        ("competitor.mentioned", {"name": "Other"}),
        ("payment.failed", {"amount": 500}),
    ):
        town.happens(kind, 1, payload)


def in_care(town: Town) -> CareProgramme:
    with town.session() as session:
        return session.scalars(select(CareProgramme)).one()


def test_r42_r14_risk_is_noticed_and_intensive_care_rebuilds_the_trust(town: Town) -> None:
    # given things go wrong one after the other, the night notices before anybody complains
    trouble(town)
    town.until(town.now + timedelta(hours=20))
    with town.session() as session:
        weighed = session.scalars(select(RiskAssessment).order_by(RiskAssessment.id)).all()[-1]
        assert (weighed.points, weighed.answer) == (78, "care")

    # then a lead is named, nothing is sold, and a plan is made with the customer
    assert in_care(town).lead == "elham"  # the head leads for tier A
    assert stages(town) == ["at_risk"]
    town.complete("call_and_plan", "elham", **PLAN)
    town.complete("agree_plan", "customer", agree=False, changes="Sooner.")
    town.complete("call_and_plan", "elham", **PLAN)
    town.complete("agree_plan", "customer", agree=True)

    # and every week there is a talk, until three were good and nothing is open
    for _ in range(3):
        town.until(town.now + 8 * DAY)
        town.complete("weekly_talk", "elham", mood=2, csat=5, next_step="Call.",
                      kept=["Deliver by our own driver"])  # fmt: skip
    town.complete("judge_care", "elham", exit="rebuilt", basis="A call before each delivery.")

    with town.session() as session:
        customer = session.get_one(Customer, 1)
        assert (customer.lifecycle_stage, customer.intensive_care_until) == ("known", None)
        assert session.scalars(select(Promise.kept_at)).one() is not None
    assert stages(town) == ["at_risk", "known"]
    assert town.open_task("accept_customer")  # welcomed anew, by whoever owns the customer


def test_r14_without_trust_the_head_of_care_parts_with_dignity(town: Town) -> None:
    trouble(town)
    town.until(town.now + timedelta(hours=20))
    town.complete("call_and_plan", "elham", **PLAN)
    town.complete("agree_plan", "customer", agree=True)
    for _ in range(4):
        town.until(town.now + 8 * DAY)
        town.complete("weekly_talk", "elham", mood=-2, next_step="Call.")
    town.complete("judge_care", "elham", exit="separated", basis="It does not get better.")
    town.complete("decide_separation", "bob", part=True, reason_to_part="We cannot give it.",
                  law_looked=True)  # fmt: skip
    town.complete("part_with_dignity", "charlie", final_bill_right=True, data_returned=True,
                  thanked=True, door_open=True, lesson="Promise less.")  # fmt: skip

    with town.session() as session:
        record = session.scalars(select(LapsedRecord)).one()
        assert (record.state, record.excluded_reason) == ("excluded", "separated")
        assert session.scalars(select(CareProgramme.exit)).one() == "separated"
    assert stages(town) == ["at_risk", "lapsed"]
