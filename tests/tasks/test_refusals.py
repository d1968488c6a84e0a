"""A refusal wins: over what was said before, over files, over whoever shares the address."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import Forbidden, Invalid
from tasks import imports, inbound_events
from tasks.contact_gate.delivery import deliver
from tasks.contacts.records import Contact, Message
from tasks.customers.permission import allowed_channels
from tasks.customers.records import ContactPoint, Customer, Identifier, reachable
from tasks.installed import SUBJECTS
from tasks.policy.records import PolicyValue
from tasks.templates.records import Template
from tests.support.crm import DAY, NOON, campaign, customer, say
from tests.support.gate import gather, reserve, touch
from tests.support.happenings import Engine, event, receive
from tests.tasks.test_gate_delivery import NO_OUTLETS

INBOX = b"""external_id,name,email,consent_email_marketing,do_not_contact
ua1,Jonas,dup@example.org,allowed,false
ua2,Petras,DUP@example.org,allowed,false
"""


@pytest.fixture
def engine() -> Engine:
    return Engine()


def take(session: Session, content: bytes) -> imports.Report:
    kind = SUBJECTS.imports["customers"]
    return imports.run(session, kind, content, is_json=False, source="shop", by="ida", now=NOON)


def known_as(session: Session, name: str) -> Customer:
    query = select(Customer).join(Identifier).where(Identifier.external_id == name)
    return session.scalars(query).one()


def reserved(session: Session, person: Customer, gate: str = "gate-1") -> int:
    spring = campaign(session, offers=["cd-10"])
    return int(reserve(session, person, gate, campaign_id=spring.id)["contact_id"])


def sent(session: Session) -> list[str]:
    return [message.recipient for message in session.scalars(select(Message))]


# -- A1: delivering and reserving look themselves --------------------------------------------------


def test_a1_a_gate_delivers_only_what_it_reserved_itself(session: Session) -> None:
    mira = customer(session)
    contact_id = reserved(session, mira, "gate-1")

    with pytest.raises(Invalid, match="not reserved"):
        deliver(session, NOON, NO_OUTLETS, "gate-2", contact_id)

    assert sent(session) == []


def test_a1_a_contact_that_was_blocked_is_not_delivered(session: Session) -> None:
    mira = customer(session)
    contact_id = reserved(session, mira)
    session.execute(update(Contact).values(decision="block"))

    with pytest.raises(Invalid, match="not to be sent"):
        deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id)


@pytest.mark.parametrize("change", ["opt-out", "no contact", "erased", "deceased", "late"])
def test_a1_what_happened_since_the_reservation_stops_the_message(
    session: Session, change: str
) -> None:
    mira, now = customer(session), NOON
    contact_id = reserved(session, mira)
    if change == "opt-out":
        say(session, mira, "email", "marketing", "denied", NOON)
    elif change == "no contact":
        mira.do_not_contact = True
    elif change == "erased":
        mira.erased_at = NOON
    elif change == "deceased":
        mira.deceased = True
    else:
        now = NOON + 8 * DAY
    session.flush()

    with pytest.raises(Exception, match=r"permit|contacted|too late"):
        deliver(session, now, NO_OUTLETS, "gate-1", contact_id)

    assert sent(session) == []


@pytest.mark.parametrize("fact", ["refused", "no contact", "cap", "complaint", "quiet hours"])
def test_a1_invented_facts_reserve_nothing(session: Session, fact: str) -> None:
    mira = customer(session, allows=[] if fact == "refused" else [("email", "marketing")])
    if fact == "no contact":
        mira.do_not_contact = True
    elif fact == "cap":
        touch(session, mira, 1)
        touch(session, mira, 2)
    elif fact == "complaint":
        mira.intensive_care_until = NOON + DAY
    elif fact == "quiet hours":
        mira.timezone = "Pacific/Auckland"  # one in the night
    session.flush()
    mark = gather(session, mira)["facts_mark"]  # read from a gate that decided honestly

    with pytest.raises(Invalid, match="does not let this through"):
        reserve(session, mira, "gate-1", mark)

    assert session.scalars(select(Contact).where(Contact.gate_key == "gate-1")).all() == []


@pytest.mark.parametrize("what", ["no contact", "blocked", "opted out"])
def test_a1_the_database_itself_refuses_a_message_past_the_gate(
    session: Session, what: str
) -> None:
    mira = customer(session)
    contact_id = reserved(session, mira) if what != "no contact" else None
    if what == "blocked":
        session.execute(update(Contact).values(decision="block"))
    elif what == "opted out":
        say(session, mira, "email", "marketing", "denied", NOON)
    session.add(
        Message(
            key="k",
            contact_id=contact_id,
            channel="email",
            transport="smtp",
            recipient=f"customer{mira.id}@example.com",
            body="Buy!",
            created_at=NOON,
        )
    )

    with pytest.raises(IntegrityError, match="needs a contact"):
        session.flush()


# -- A5: a refusal wins over every permission said before it was heard -----------------------------


def test_a5_an_old_event_delivered_late_undoes_no_refusal(session: Session, engine: Engine) -> None:
    mira = customer(session)
    receive(session, engine, event("preference.changed", mira, do_not_contact=True), NOON)
    late = event("preference.changed", mira, do_not_contact=False) | {"event_id": "e-2"}
    late["occurred_at"] = (NOON - 300 * DAY).isoformat()

    receive(session, engine, late, NOON + DAY)
    assert mira.do_not_contact

    anew = late | {"event_id": "e-3", "occurred_at": (NOON + 2 * DAY).isoformat()}
    receive(session, engine, anew, NOON + 2 * DAY)
    assert not mira.do_not_contact


def test_a5_a_permission_dated_ahead_does_not_outrank_a_later_refusal(
    session: Session, engine: Engine
) -> None:
    mira = customer(session)
    said = {"channel": "email", "purpose": "marketing"}
    ahead = event("preference.changed", mira, consents=[said | {"state": "allowed"}])
    ahead["occurred_at"] = (NOON + timedelta(hours=23)).isoformat()
    receive(session, engine, ahead, NOON)

    denied = event("preference.changed", mira, consents=[said | {"state": "denied"}])
    receive(session, engine, denied | {"event_id": "e-2"}, NOON + timedelta(hours=1))

    assert allowed_channels(session, mira.id, "marketing") == []


def test_a5_a_refusal_heard_late_wins_over_what_was_said_before_that(session: Session) -> None:
    mira = customer(session, allows=[])
    say(session, mira, "email", "marketing", "denied", NOON - 30 * DAY)  # of last month
    say(session, mira, "email", "marketing", "allowed", NOON - 40 * DAY)

    assert allowed_channels(session, mira.id, "marketing") == []


def test_a5_giving_a_permission_is_a_right_of_its_own(session: Session, engine: Engine) -> None:
    mira = customer(session)
    given = event("preference.changed", mira, do_not_contact=False)
    refusal = event("preference.changed", mira, do_not_contact=True) | {"event_id": "e-2"}

    with pytest.raises(Forbidden, match=r"consent\.give"):
        inbound_events.receive(session, SUBJECTS.events, engine, given, NOON)
    inbound_events.receive(session, SUBJECTS.events, engine, refusal, NOON)

    assert mira.do_not_contact


# -- A6: a file never takes back what a person said ------------------------------------------------


def test_a6_the_same_list_again_does_not_undo_an_opt_out(session: Session, engine: Engine) -> None:
    take(session, INBOX)
    jonas = known_as(session, "ua1")
    denied = {"channel": "email", "purpose": "marketing", "state": "denied"}
    said = event("preference.changed", jonas, consents=[denied], do_not_contact=True)
    said["occurred_at"] = (NOON - 9 * DAY).isoformat()  # before the import, heard after it
    receive(session, engine, said, NOON + timedelta(hours=1))

    report = take(session, INBOX)

    assert allowed_channels(session, jonas.id, "marketing") == []
    assert jonas.do_not_contact
    assert report.refusals_kept == 2


# -- A7: caps, refusals and bounces hold for the address too ---------------------------------------


def test_a7_two_customers_with_one_inbox_have_one_cap(session: Session) -> None:
    take(session, INBOX)
    jonas, petras = known_as(session, "ua1"), known_as(session, "ua2")
    for person, age in ((jonas, 1), (petras, 2)):
        say(session, person, "email", "marketing", "allowed", NOON - 9 * DAY)
        touch(session, person, age)

    assert gather(session, jonas)["touches_7d"] == 2
    assert gather(session, petras)["touches_7d"] == 2


def test_a7_who_opts_out_stops_the_other_at_the_same_address(
    session: Session, engine: Engine
) -> None:
    take(session, INBOX)
    jonas, petras = known_as(session, "ua1"), known_as(session, "ua2")

    say(session, petras, "email", "marketing", "denied", NOON)
    assert allowed_channels(session, jonas.id, "marketing") == []

    petras.do_not_contact = True
    session.flush()
    assert gather(session, jonas)["do_not_contact"]


def test_a7_a_hard_bounce_ends_the_address_for_everybody(session: Session, engine: Engine) -> None:
    take(session, INBOX)
    jonas, petras = known_as(session, "ua1"), known_as(session, "ua2")
    for person in (jonas, petras):
        say(session, person, "email", "marketing", "allowed", NOON - DAY)
    contact_id = reserved(session, jonas)
    deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id)

    receive(session, engine, event("message.bounced", contact_id=contact_id), NOON)

    assert session.execute(reachable("email")).all() == []
    fresh = ContactPoint(
        customer_id=petras.id, channel="email", value="Dup@Example.ORG", created_at=NOON
    )
    session.add(fresh)
    session.flush()
    assert session.execute(reachable("email")).all() == []


# -- A10: soft bounces end, unknown syntax is refused ----------------------------------------------


def test_a10_soft_bounces_in_a_row_end_an_address(session: Session, engine: Engine) -> None:
    mira = customer(session)
    session.execute(
        update(PolicyValue).where(PolicyValue.key == "gate.soft_bounces").values(value=2)
    )
    contact_id = reserved(session, mira)
    deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id)
    soft = event("message.bounced", contact_id=contact_id, permanent=False)
    arrived = event("message.delivered", contact_id=contact_id)

    for number, each in enumerate([soft, arrived, soft, soft]):
        assert mira.contact_points[0].valid
        receive(session, engine, each | {"event_id": f"e-{number}"}, NOON)

    assert not mira.contact_points[0].valid


@pytest.mark.parametrize("text", ["{% if a %}x", "{{ name|upper }}", "Dear {{ name", "a }} b"])
def test_a10_a_template_with_unknown_syntax_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no merge field"):
        Template(body=text)


def test_a10_a_template_of_merge_fields_is_taken() -> None:
    assert Template(body="Dear {{ customer.name }}, 10 % off.").body.startswith("Dear")
