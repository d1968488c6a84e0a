"""Zofija, who leaves one marker in each place where a person can leave something."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.orm import Session

from engine import reads, store
from engine.model import StartRequest
from engine.transaction import idempotency
from tasks import imports, inbound_events
from tasks.cases.records import Case
from tasks.consents.records import Preference
from tasks.contacts.records import Contact, Message
from tasks.customers.records import Customer, Identifier
from tasks.installed import SUBJECTS
from tasks.interactions.records import Interaction
from tasks.outbound_webhooks.records import Delivery, DeliveryAttempt, OutgoingEvent, Webhook
from tasks.purchases.records import Transaction
from tasks.scores.records import CustomerScore
from tests.support.crm import campaign, member, say
from tests.web.conftest import Clock
from web import drafts
from web.app.services import Services
from web.app.tables import document

DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="n"><decision id="one" name="one"><literalExpression><text>story</text>
  </literalExpression></decision></definitions>"""
ABOUT = """
start -> rule:Decide(decision=one; result=decided) -> user:Ask -> service:Odd(type=odd)
Odd -> catch:Paid(message=payment; key== order) -> end
"""
MEETING = "start -> user:Invite -> end"  # about many people

# One marker for each place where a person leaves something.
NAME, MAIL, PHONE, ID = "Zofija Markar-01", "markar02@example.com", "+3706000003", "markar-04"
STORY, ANSWER, ERROR, KEY, TAG = "markar-05", "markar-06", "markar-07", "markar-08", "markar-09"
PAID, BUFFERED, WISH, RETURN, ORDER = (
    "markar-10", "markar-11", "markar-12", "markar-13", "markar-14",
)  # fmt: skip
CASE, TALK, PAYLOAD, LETTER, PAPER = (
    "markar-15", "markar-16", "markar-17", "markar-18", "markar-19",
)  # fmt: skip
DRAFT, REASON, TOLD = "markar-20", "markar-21", "markar-22"
FILE = f"external_id,name,email,phone,consent_email_marketing\n{ID},{NAME},{MAIL},{PHONE},allowed\n"


@dataclass
class Place:
    """A house on its own database, and Zofija in it."""

    app: Flask
    house: Services
    clock: Clock
    var: Path
    zofija: int = 0
    about: int = 0
    meeting: int = 0

    def run(self, kind: str, content: str) -> imports.importing.Report:
        with Session(self.house.database) as session:
            return imports.run(
                session,
                SUBJECTS.imports[kind],
                content.encode(),
                is_json=False,
                source="shop",
                by="ida",
                now=self.clock(),
            )

    def everything(self) -> str:
        """Every row of every table, whoever made it."""
        with self.house.database.connect() as connection:
            return "\n".join(
                " ".join(map(_readable, row))
                for table in inspect(connection).get_table_names()
                for row in connection.execute(_all_of(table))
            )

    def files(self) -> bytes:
        return b"\n".join(path.read_bytes() for path in self.var.rglob("*") if path.is_file())


def _all_of(table: str) -> Any:
    return select(text("*")).select_from(text(f'"{table}"'))


def _readable(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def live(place: Place) -> None:
    """Let Zofija leave a marker wherever one can."""
    place.run("customers", FILE)
    with Session(place.house.database) as session:
        place.zofija = session.scalars(select(Identifier.customer_id)).one()
        _records(session, place)
        session.commit()
    complain(place)
    _processes(place)
    _papers(place)


def _records(session: Session, place: Place) -> None:
    at, who = place.clock(), session.get_one(Customer, place.zofija)
    made = {"created_at": at}
    say(session, who, "email", "marketing", "allowed", at)
    spring = campaign(session)
    member(session, spring, who, arm="treat")
    session.add_all(
        [
            Preference(customer_id=who.id, interests=[WISH], never_topics=[WISH], **made),
            Transaction(
                customer_id=who.id, order_no=ORDER, at=at, amount=900, currency="EUR",
                return_reason=RETURN, **made,
            ),
            Case(
                number=CASE, customer_id=who.id, kind="complaint", channel="email", text=TALK,
                wish=WISH, order_no=ORDER, opened_at=at, **made,
            ),
            Interaction(
                customer_id=who.id, source="shop", external_id=f"{TALK}-1", channel="chat", at=at,
                subject=TALK, text=f"{TALK} {NAME}", **made,
            ),
            CustomerScore(
                customer_id=who.id, as_of=at, r=1, f=1, m=1, segment="lost", tier="D", orders=1,
                spent=900, margin_12m=0,
            ),
            Webhook(name="shop", url="https://x.example/", types=["*"], secret="s", **made),
        ]
    )  # fmt: skip
    contact = Contact(
        customer_id=who.id, purpose="marketing", channel="email", decision="send", reason=REASON,
        decided_at=at, campaign_id=spring.id, **made,
    )  # fmt: skip
    session.add(contact)
    session.flush()
    session.add(
        Message(
            key=f"contact-{contact.id}", contact_id=contact.id, channel="email", transport="smtp",
            recipient=MAIL, subject=LETTER, body=f"Dear {NAME}, {LETTER}", headers={"X": LETTER},
            error=LETTER, **made,
        )
    )  # fmt: skip


def complain(place: Place) -> None:
    """Tell of her complaint, as the shop does."""
    said = {
        "event_id": "e-1",
        "type": "complaint.received",
        "occurred_at": place.clock().isoformat(),
        "source": "shop",
        "customer": {"external_id": ID},
        "payload": {"text": PAYLOAD},
    }
    with Session(place.house.database) as session:
        inbound_events.receive(
            session, SUBJECTS.events, place.house.engine.messages, said, place.clock()
        )


def _processes(place: Place) -> None:
    engine, zofija = place.house.engine, place.zofija
    with idempotency.request(idempotency.IdempotentRequest("once", "ida", "digest")):
        place.about = engine.instances.start(
            StartRequest(
                "about",
                variables={"customer_id": zofija, "story": STORY, "order": KEY},
                business_key=f"order {KEY}",
                tags=[TAG],
            )
        ).instance_key
    [job] = _after_answering(place)
    engine.jobs.fail(job, f"{ERROR} {MAIL}", retries=0)
    engine.messages.publish("payment", KEY, {"paid": PAID, "customer_id": zofija}, ttl_ms=1)
    engine.messages.publish("unheard", str(zofija), {"customer_id": zofija, "of": BUFFERED})
    guests = [{"name": NAME, "mail": MAIL}, {"name": "Otto Oakes", "mail": "otto@example.com"}]
    place.meeting = engine.instances.start(
        StartRequest("meeting", variables={"guests": guests})
    ).instance_key
    engine.decisions.evaluate("one", variables={"story": f"a letter to {MAIL}"})
    plan = {"activate": [{"elementId": "Invite", "variableInstructions": [
        {"variables": {"guest": NAME}}]}]}  # fmt: skip
    engine.batches.create("MODIFY_PROCESS_INSTANCE", store.instance.c.key == place.meeting, plan)


def _after_answering(place: Place) -> list[int]:
    engine = place.house.engine
    with store.reading(place.house.database) as connection:
        [task] = [w.key for w in reads.waiting(connection, place.about)]
    with place.app.app_context():
        drafts.keep(task, "bob", {"answer": DRAFT}, place.clock())
    engine.by("bob").tasks.complete(task, {"answer": ANSWER})
    return [job["key"] for job in engine.by("w").jobs.activate("odd", 1, 60_000)]


def _papers(place: Place) -> None:
    made = {
        "content_type": "text/plain", "size": 1, "sha256": "0", "created_by": "bob",
        "created_at": place.clock(), "custom_properties": {},
    }  # fmt: skip
    with store.writing(place.house.database) as connection:
        connection.execute(insert(document), [
            made | {"id": "a", "file_name": "a", "content": PAPER.encode(),
                    "process_instance_key": place.about},
            made | {"id": "b", "file_name": "b", "content": f"{PAPER} for {MAIL}".encode(),
                    "process_instance_key": place.meeting},
            made | {"id": "c", "file_name": "c", "content": b"the menu",
                    "process_instance_key": place.meeting},
        ])  # fmt: skip
        event = connection.execute(select(OutgoingEvent.id).limit(1)).scalar_one()
        delivery = connection.execute(
            select(Delivery.id).where(Delivery.event_id == event)
        ).scalar_one()
        told = {"delivery_id": delivery, "at": place.clock(), "error": "", "answer": TOLD}
        connection.execute(insert(DeliveryAttempt), [told | {"milliseconds": 1}])


MARKERS = (
    NAME, MAIL, PHONE, ID, STORY, ANSWER, ERROR, KEY, TAG, PAID, BUFFERED, WISH, RETURN, ORDER,
    CASE, TALK, PAYLOAD, LETTER, PAPER, DRAFT, REASON, TOLD,
)  # fmt: skip
