"""The whole catalogue of events: each type with the least it needs, and what it keeps."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from tasks.inbound_events import tell_missed
from tasks.inbound_events.records import Event
from tasks.installed import SUBJECTS
from tasks.interactions.records import Interaction
from tests.support.crm import DAY, NOON, customer
from tests.support.happenings import Broken, Engine, event, receive


@pytest.fixture
def engine() -> Engine:
    return Engine()


# For each type the least it needs; reactions to messages have stories of their own.
LEAST: dict[str, dict[str, Any]] = {
    "order.placed": {"order_id": "A-1", "amount": 100},
    "order.delivered": {"order_id": "A-1"},
    "order.returned": {"order_id": "A-1"},
    "contract.signed": {"contract_id": "K-1"},
    "contract.expiring": {"contract_id": "K-1"},
    "contract.cancelled": {"contract_id": "K-1"},
    "account.closed": {},
    "relationship.improved": {"kind": "upgrade"},
    "invoice.disputed": {"amount": 100},
    "payment.failed": {"amount": 100},
    "interaction.received": {"channel": "phone", "text": "Hello"},
    "call.started": {},
    "praise.received": {"text": "Well done"},
    "web.behaviour": {"page": "/cd"},
    "usage.reported": {"metric": "plays", "value": 3.5, "period": "2026-11"},
    "quote.requested": {},
    "lead.created": {},
    "survey.answered": {"survey_id": "S-1", "answers": {"nps": 9}},
    "preference.changed": {},
    "sign_up.wanted": {"text_version": "sign-up-1"},
    "complaint.received": {"text": "Broken"},
    "privacy.requested": {"text": "What do you hold?", "wants": "access"},
    "data.incident": {"text": "A list went astray"},
    "review.posted": {
        "text": "Late",
        "site": "reviews.example",
        "url": "https://reviews.example/1",
    },
    "complaint.customer_replied": {"case_id": "C-1"},
    "stakeholder.left": {"name": "Nora"},
    "stakeholder.joined": {"name": "Nora"},
    "competitor.mentioned": {"name": "Others"},
    "partner.task_done": {"token": "T-1"},
}


def test_the_least_of_every_type_is_known_to_these_stories() -> None:
    assert {*LEAST} == {kind for kind in SUBJECTS.events if not kind.startswith("message.")}


@pytest.mark.parametrize("kind", LEAST)
def test_every_event_of_the_catalogue_is_kept_and_told_with_declared_fields_only(
    session: Session, engine: Engine, kind: str
) -> None:
    mira = customer(session)

    receive(session, engine, event(kind, mira, smuggled="in", **LEAST[kind]), NOON)

    kept = session.scalars(select(Event)).one().payload
    assert "smuggled" not in kept
    assert LEAST[kind].items() <= kept.items()
    assert engine.told[0][:2] == (kind, LEAST[kind].get("case_id") or str(mira.id))


@pytest.mark.parametrize("kind", [kind for kind, least in LEAST.items() if least])
def test_each_field_an_event_needs_is_missed_by_name(
    session: Session, engine: Engine, kind: str
) -> None:
    mira = customer(session)
    for name in LEAST[kind]:
        rest = {each: value for each, value in LEAST[kind].items() if each != name}
        with pytest.raises(Invalid) as refusal:
            receive(session, engine, event(kind, mira, **rest), NOON)
        assert refusal.value.problems[0].element == f"payload.{name}"


def test_what_was_said_is_kept_once_and_an_answer_goes_to_its_case(
    session: Session, engine: Engine
) -> None:
    mira = customer(session)
    said = event("interaction.received", mira, interaction_id="I-7", channel="chat", text="Hello")
    for number in ("e-1", "e-2"):
        receive(session, engine, said | {"event_id": number}, NOON)
    complaint = event("complaint.received", mira, text="Broken") | {"event_id": "e-3"}
    case = receive(session, engine, complaint, NOON)["effect"]["case"]
    reply = event("complaint.customer_replied", case_id=case, text="Fine", accept=True)

    answer = receive(session, engine, reply | {"event_id": "e-4"}, NOON)

    assert answer["effect"]["case"] == case
    talk = session.scalars(select(Interaction).order_by(Interaction.id)).all()
    assert [(each.text, each.customer_id) for each in talk] == [
        ("Hello", mira.id),
        ("Fine", mira.id),
    ]
    assert talk[1].case_id is not None
    assert engine.told[-1][:2] == ("complaint.customer_replied", case)


def test_an_event_kept_before_a_crash_is_told_later_though_nobody_repeats_it(
    session: Session, engine: Engine
) -> None:
    mira = customer(session)
    with pytest.raises(ConnectionError):
        receive(session, Broken(), event("order.placed", mira, order_id="A-1", amount=1), NOON)
    session.rollback()

    assert tell_missed(session, engine, NOON) == 0  # whoever took it in may be about to tell
    assert tell_missed(session, engine, NOON + DAY) == 1
    assert tell_missed(session, engine, NOON + DAY) == 0
    assert [name for name, _, _ in engine.told] == ["order.placed", "customer.encounter"]
