"""What no sequence of events, preferences, merges and campaigns ever makes of the contact gate.

The service tasks are called directly with whatever mark they gave, as a careless drawing would; a
plain model beside them remembers what was said and what went out.
"""

from datetime import datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import BpmnError, EngineError, Invalid
from tasks.cases.records import Case
from tasks.contact_gate.facts import gather_facts
from tasks.contact_gate.history import NONESSENTIAL
from tasks.contact_gate.ledger import reserve_slot
from tasks.contacts.records import Contact
from tasks.customers.permission import allowed_channels, with_basis
from tasks.customers.records import Customer
from tasks.declare.words import PURPOSES
from tasks.duplicates.merge import merge
from tasks.permissions.grounds import asked_once, objects, soft_opt_in
from tasks.permissions.records import PermissionGround
from tasks.purchases.records import Transaction
from tasks.templates.records import Template
from tests.support.crm import NOON, campaign, company, customer, member
from tests.support.gate import complaint
from tests.support.happenings import Engine, event, receive

CHANNELS = ("email", "phone", "sms")
ASKED = ("marketing", "survey", "relationship", "service_recovery", "service_essential")
FEW = 2  # contacts in seven days: the shipped caps of marketing, and of everything
WEEK, DAY = timedelta(days=7), timedelta(days=1)
channels, purposes = st.sampled_from(CHANNELS), st.sampled_from(ASKED)


class Gate(RuleBasedStateMachine):
    """One customer in Lithuania, and a double of the same address, with all that may happen."""

    @initialize(kind=st.sampled_from(("person", "company")))
    def open(self, kind: str) -> None:
        self.session = Session(company(), expire_on_commit=False)
        self.now, self.engine, self.number = NOON, Engine(), 0
        made = {"allows": [], "reachable": CHANNELS, "timezone": "Europe/Vilnius", "kind": kind}
        self.mira = customer(self.session, **made)
        self.double = customer(self.session, **made, name="M. Meadow")
        for mine, theirs in zip(self.mira.contact_points, self.double.contact_points, strict=True):
            theirs.value, theirs.key = mine.value, mine.key
        for purpose in PURPOSES:
            for channel in CHANNELS:
                self.session.add(ready(purpose, channel))
        self.spring, self.control = (campaign(self.session, name=n) for n in ("A", "B"))
        member(self.session, self.spring, self.mira)
        member(self.session, self.control, self.mira, arm="control")
        self.session.commit()
        self.refused: dict[tuple[str, str], datetime] = {}  # when it was heard
        self.silent = self.troubled = self.merged = False
        self.solved_at: datetime | None = None
        self.sent: list[tuple[datetime, str]] = []

    def teardown(self) -> None:
        self.session.close()

    @rule(
        channel=channels, purpose=purposes, yes=st.booleans(), age=st.integers(0, 90),
        other=st.booleans(),
    )  # fmt: skip
    def say(self, channel: str, purpose: str, age: int, *, yes: bool, other: bool) -> None:
        """Either of the two says something, which is heard some days late."""
        who = self.double if other and not self.merged else self.mira
        state = "allowed" if yes else "denied"
        one = {"channel": channel, "purpose": purpose, "state": state}
        said_at, heard_at = self.now - age * DAY, self.now
        self.happens(event("preference.changed", who, consents=[one]), age)
        refused_at = self.refused.get((channel, purpose))
        if not yes:
            self.refused[channel, purpose] = heard_at
        elif who is self.mira and refused_at is not None and said_at > refused_at:
            del self.refused[channel, purpose]

    @rule(silent=st.booleans())
    def wish_silence(self, *, silent: bool) -> None:
        self.happens(event("preference.changed", self.mira, do_not_contact=silent))
        self.silent = silent

    @rule()
    def order(self) -> None:
        """A contract is a basis, and the address came from a sale."""
        self.number += 1
        self.session.add(
            Transaction(
                customer_id=self.mira.id, order_no=f"O-{self.number}", at=self.now, amount=100,
                currency="EUR", created_at=self.now,
            )
        )  # fmt: skip
        soft_opt_in(self.session, self.mira.id, f"order:O-{self.number}", self.now, self.now)
        self.session.commit()  # a sale takes back no refusal

    @rule(channel=channels)
    def ask_to_be_called(self, channel: str) -> None:
        until = self.now + 2 * DAY
        told = {"matter": "call-back", "evidence": "interaction:1", "until": until}
        asked_once(self.session, self.mira.id, channel, now=self.now, **told)
        self.session.commit()

    @rule()
    def complain(self) -> None:
        complaint(self.session, self.mira)
        self.session.commit()
        self.troubled = True

    @rule()
    def solve(self) -> None:
        for case in self.session.scalars(select(Case).where(Case.closed_at.is_(None))):
            case.closed_at, case.state, case.closed_how = self.now, "closed", "confirmed"
        self.session.commit()
        self.solved_at = self.now if self.troubled else self.solved_at
        self.troubled = False

    @rule()
    def join(self) -> None:
        if not self.merged:
            merge(self.session, self.double.id, self.mira.id, self.now, "ida")
            self.session.commit()
            self.merged = True

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(purpose=purposes, channel=channels, which=st.sampled_from((None, "spring", "control")))
    def contact(self, purpose: str, channel: str, which: str | None) -> None:
        """Somebody wants to write, and takes the slot whatever the tables would say."""
        self.number += 1
        gate = f"gate-{self.number}"
        asked: dict[str, Any] = {"purpose": purpose, "message_ref": f"m-{purpose}"}
        asked["campaign_id"] = getattr(self, which).id if which else None
        number = self.mira.id
        found = gather_facts(self.session, self.now, gate, customer_id=number, **asked)
        try:
            taken = reserve_slot(
                self.session, self.now, gate, channel=channel, customer_id=number,
                facts_mark=found["facts_mark"], **asked,
            )  # fmt: skip
            self.session.commit()
        except (EngineError, BpmnError, IntegrityError):
            self.session.rollback()
            return
        if not taken["recheck"]:
            self.judge(purpose, channel, which)
            self.sent.append((self.now, purpose))

    def judge(self, purpose: str, channel: str, which: str | None) -> None:
        """Look at a contact that is made by what the model remembers."""
        assert (channel, purpose) not in self.refused, f"{channel} was refused"
        assert purpose == "service_essential" or not self.silent
        week = [(at, what) for at, what in self.sent if at > self.now - WEEK]
        if purpose in NONESSENTIAL:
            assert len([what for _, what in week if what in NONESSENTIAL]) < FEW
        if purpose != "marketing":
            return
        assert len([what for _, what in week if what == "marketing"]) < FEW
        assert which != "control", "the control group is left alone"
        assert not self.troubled
        assert self.solved_at is None or self.now - self.solved_at >= 14 * DAY
        hour = (self.now + timedelta(hours=2)).hour  # Vilnius in winter
        assert 9 <= hour < 20

    def happens(self, told: dict[str, Any], age: int = 0) -> None:
        self.number += 1
        when = self.now - age * DAY
        told |= {"event_id": f"e-{self.number}", "occurred_at": when.isoformat()}
        receive(self.session, self.engine, told, self.now)
        self.session.commit()
        self.now += timedelta(seconds=1)


def ready(purpose: str, channel: str) -> Template:
    ticks = ("send_window", "one_purpose", "segment_fit", "facts_from_records", "no_contradiction")
    return Template(
        name=f"m-{purpose}", channel=channel, language="en", purpose=purpose, subject="Hello",
        body="Hello.", checklist=dict.fromkeys(ticks, True), created_at=NOON,
    )  # fmt: skip


TestGate = Gate.TestCase
TestGate.settings = settings(max_examples=6, stateful_step_count=40, deadline=None)


@pytest.mark.soak
class TestGateForLong(Gate.TestCase):
    """The same with many more stories."""

    settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


def test_the_stories_above_do_contact() -> None:
    story = Gate()
    story.open("person")
    story.order()
    for purpose, channel in (("marketing", "email"), ("service_recovery", "phone")):
        story.contact(purpose, channel, None)
    story.contact("survey", "email", None)  # nobody permitted that

    found = story.session.scalars(select(Contact).order_by(Contact.id)).all()
    assert [(c.purpose, c.basis) for c in found if c.decision == "send"] == [
        ("marketing", "soft_opt_in"),
        ("service_recovery", "contract"),
    ]
    story.teardown()


def test_an_opt_in_from_a_sale_ends_with_a_refusal_and_holds_in_no_other_market() -> None:
    with Session(company()) as session:
        mira = customer(session, allows=[], timezone="Europe/Vilnius")
        far = customer(session, allows=[], timezone="UTC")
        for person in (mira, far):
            soft_opt_in(session, person.id, "order:1", NOON, NOON)
        session.flush()

        def channels(person: Customer) -> list[str]:
            found = gather_facts(
                session, NOON, "g", customer_id=person.id, purpose="marketing",
                message_ref="cd-news",
            )  # fmt: skip
            return list(found["channels_allowed"])

        assert (channels(mira), channels(far)) == (["email"], [])
        one = {"channel": "email", "purpose": "marketing", "state": "denied"}
        receive(session, Engine(), event("preference.changed", mira, consents=[one]), NOON)
        assert channels(mira) == []
        soft_opt_in(session, mira.id, "order:2", NOON + DAY, NOON + DAY)
        session.flush()
        assert channels(mira) == []


def test_what_was_asked_for_once_is_done_although_they_want_no_contact_else() -> None:
    with Session(company()) as session:
        mira = customer(session, allows=[], do_not_contact=True, reachable=["email"])
        session.add(ready("service_response", "email"))
        told = {"matter": "call-back", "evidence": "interaction:1", "until": NOON + DAY}
        asked_once(session, mira.id, "email", now=NOON - DAY, **told)
        session.flush()

        assert take(session, mira, NOON) == "asked_once"
        with pytest.raises(Invalid, match="does not let this through"):
            take(session, mira, NOON + 2 * DAY, "g-2")


def take(session: Session, person: Customer, now: datetime, gate: str = "g-1") -> str:
    """Reserve an answer by e-mail; return on which basis it was permitted."""
    asked = {"purpose": "service_response", "message_ref": "m-service_response"}
    found = gather_facts(session, now, gate, customer_id=person.id, **asked)
    mark = found["facts_mark"]
    reserve_slot(
        session, now, gate, channel="email", customer_id=person.id, facts_mark=mark, **asked
    )
    session.flush()
    [contact] = session.scalars(select(Contact).where(Contact.gate_key == gate))
    return contact.basis


def test_an_objection_to_marketing_refuses_it_everywhere_until_permitted_anew() -> None:
    with Session(company()) as session:
        mira = customer(session, allows=[("email", "marketing"), ("sms", "marketing")])
        told = event("preference.changed", mira, objects_to=["marketing"])
        receive(session, Engine(), told, NOON)

        assert objects(session, mira.id)
        assert allowed_channels(session, mira.id, "marketing", NOON) == []
        back = event("preference.changed", mira, objects_no_more_to=["marketing"])
        receive(session, Engine(), back | {"event_id": "e-2"}, NOON + DAY)
        assert not objects(session, mira.id)
        assert allowed_channels(session, mira.id, "marketing", NOON + DAY) == []


def test_an_order_where_refusing_was_offered_is_a_soft_opt_in_with_its_proof() -> None:
    with Session(company()) as session:
        mira = customer(session, allows=[], timezone="Europe/Vilnius")
        for number, offered in enumerate((False, True)):
            order = {"order_id": f"A-{number}", "amount": 500, "refusal_offered": offered}
            told = event("order.placed", mira, **order) | {"event_id": f"e-{number}"}
            receive(session, Engine(), told, NOON)

        [ground] = session.scalars(select(PermissionGround)).all()
        assert (ground.basis, ground.evidence) == ("soft_opt_in", "order:A-1")
        assert with_basis(session, mira.id, "marketing", NOON) == {"email": "soft_opt_in"}
