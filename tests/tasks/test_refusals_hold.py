"""No sequence of calls makes a message to somebody who refused, whatever order they come in."""

from datetime import datetime, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import BpmnError, EngineError
from tasks import imports
from tasks.contact_gate.delivery import deliver
from tasks.contact_gate.facts import gather_facts
from tasks.contact_gate.ledger import record, reserve_slot
from tasks.contacts.records import Contact, Message
from tasks.customers.records import Customer, Identifier
from tasks.installed import SUBJECTS
from tests.support.crm import NOON, company
from tests.support.happenings import Engine, event, receive
from tests.tasks.test_gate_delivery import NO_OUTLETS

FILE = "external_id,name,email,consent_email_marketing,do_not_contact\n"
PEOPLE = ("ua1", "ua2")  # two customers with one inbox
GATES = tuple(f"gate-{n}" for n in range(4))
WORDS = {"offer.title": "10 %", "offer.discount": "10 %", "offer.valid_until": "2027-01-01"}
people, gates, states = (
    st.sampled_from(PEOPLE),
    st.sampled_from(GATES),
    st.sampled_from(("allowed", "denied")),
)


class Refusals(RuleBasedStateMachine):
    """A shop that imports, customers that say yes and no, and somebody who calls everything."""

    @initialize()
    def open(self) -> None:
        self.session = Session(company(), expire_on_commit=False)
        self.now, self.engine, self.number = NOON, Engine(), 0
        # when a refusal was heard and nothing said since, per address: None where permitted
        self.refused_at: datetime | None = None
        self.marks: dict[tuple[str, str], str] = {}
        self.load("allowed", silent=False)

    def teardown(self) -> None:
        self.session.close()

    @rule(state=states, silent=st.booleans())
    def load(self, state: str, *, silent: bool) -> None:
        rows = "".join(f"{p},P,dup@example.org,{state},{str(silent).lower()}\n" for p in PEOPLE)
        kind = SUBJECTS.imports["customers"]
        content = (FILE + rows).encode()
        imports.run(
            self.session, kind, content, is_json=False, source="shop", by="ida", now=self.now
        )
        if state == "denied" or silent:
            self.refused_at = self.now

    @rule(who=people, state=states, age=st.integers(-20, 2000))
    def say(self, who: str, state: str, age: int) -> None:
        """A statement of some hours ago, or dated ahead."""
        self.number += 1
        said = {"channel": "email", "purpose": "marketing", "state": state}
        told = event("preference.changed", self.person(who), consents=[said])
        told |= {
            "event_id": f"e-{self.number}",
            "occurred_at": (self.now - timedelta(hours=age)).isoformat(),
        }
        receive(self.session, self.engine, told, self.now)
        if state == "denied":
            self.refused_at = self.now

    @rule(who=people, gate=gates)
    def look(self, who: str, gate: str) -> None:
        found = gather_facts(
            self.session, self.now, gate, "marketing", "cd-news", self.person(who).id
        )
        self.marks[who, gate] = str(found["facts_mark"])

    @rule(who=people, gate=gates, other=gates)
    def take(self, who: str, gate: str, other: str) -> None:
        """Reserve, also with what another gate was told."""
        mark = self.marks.get((who, other), "")
        self.attempt(
            lambda: reserve_slot(
                self.session, self.now, gate, purpose="marketing", message_ref="cd-news",
                channel="email", facts_mark=mark, customer_id=self.person(who).id,
            )
        )  # fmt: skip

    @rule(who=people, gate=gates, decision=st.sampled_from(("send", "defer", "block", "skip")))
    def note(self, who: str, gate: str, decision: str) -> None:
        self.attempt(
            lambda: record(
                self.session, self.now, gate, purpose="marketing", message_ref="cd-news",
                decision=decision, channel="email", customer_id=self.person(who).id,
            )
        )  # fmt: skip

    @rule(gate=gates, number=st.integers(1, 6))
    def send(self, gate: str, number: int) -> None:
        self.attempt(lambda: deliver(self.session, self.now, NO_OUTLETS, gate, number, WORDS))

    @rule(number=st.integers(1, 6))
    def write_past_the_gate(self, number: int) -> None:
        self.number += 1
        message = Message(
            key=f"k-{self.number}", contact_id=number, channel="email", transport="outbox",
            recipient="dup@example.org", body="Buy!", state="sent", sent_at=self.now,
            created_at=self.now,
        )  # fmt: skip
        self.session.add(message)
        self.attempt(self.session.flush)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def nobody_who_refused_was_written_to(self) -> None:
        if self.refused_at is None:
            return
        late = select(Message).where(Message.sent_at > self.refused_at)
        for message in self.session.scalars(late):
            assert self.permitted_again(message), f"sent at {message.sent_at} after a refusal"

    def permitted_again(self, message: Message) -> bool:
        """Return whether they said yes after the refusal was heard and before the message."""
        said = self.session.connection().exec_driver_sql(
            "SELECT count(*) FROM crm_consent a WHERE state = 'allowed' "
            "AND source NOT LIKE 'import:%' AND at > (SELECT max(heard_at) FROM crm_consent d "
            "WHERE d.state = 'denied')"
        )
        return bool(said.scalar()) and message.contact_id is not None

    def person(self, name: str) -> Customer:
        query = select(Customer).join(Identifier).where(Identifier.external_id == name)
        return self.session.scalars(query).one()

    def attempt(self, call: object) -> None:
        """Do it as a job would: all or nothing."""
        try:
            call()  # type: ignore[operator]
            self.session.commit()
        except (EngineError, BpmnError, IntegrityError):
            self.session.rollback()


TestRefusals = Refusals.TestCase
TestRefusals.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_the_stories_above_can_send_at_all() -> None:
    story = Refusals()
    story.open()
    story.say("ua1", "allowed", 0)
    story.look("ua1", "gate-0")
    story.take("ua1", "gate-0", "gate-0")
    story.send("gate-0", 1)

    assert [m.state for m in story.session.scalars(select(Message))] == ["sent"]
    assert story.session.scalars(select(Contact)).one().decision == "send"
    story.teardown()
