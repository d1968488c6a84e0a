"""What nobody can do to the records, whichever way they write."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tasks.consents.records import Consent
from tasks.contacts.records import Contact
from tasks.customers.permission import allowed_channels, permitted
from tasks.customers.records import Customer
from tasks.policy.records import PolicyValue
from tests.support.crm import NOON, campaign, customer, member, say


def test_a_consent_is_never_edited(session: Session) -> None:
    customer(session)

    with pytest.raises(IntegrityError, match="append-only"):
        session.execute(update(Consent).values(state="denied"))


def test_a_consent_is_never_deleted(session: Session) -> None:
    customer(session)

    with pytest.raises(IntegrityError, match="append-only"):
        session.execute(delete(Consent))


def test_the_last_word_of_the_customer_counts(session: Session) -> None:
    mira = customer(session, allows=[("email", "marketing"), ("sms", "marketing")])

    say(session, mira, "email", "marketing", "denied", NOON)

    assert allowed_channels(session, mira.id, "marketing") == ["sms"]
    assert session.execute(permitted("marketing")).all() == [(mira.id, "sms")]


def test_nobody_is_written_to_without_a_consent_for_that_channel(session: Session) -> None:
    mira = customer(session, allows=[("email", "marketing")])

    with pytest.raises(IntegrityError, match="needs a consent"):
        send(session, mira, channel="phone")


def test_a_consent_withdrawn_before_the_decision_forbids_the_contact(session: Session) -> None:
    mira = customer(session)
    say(session, mira, "email", "marketing", "denied", NOON - timedelta(minutes=1))

    with pytest.raises(IntegrityError, match="needs a consent"):
        send(session, mira)


def test_a_deferred_contact_needs_the_consent_when_it_is_sent(session: Session) -> None:
    mira = customer(session)
    send(session, mira, decision="defer")
    say(session, mira, "email", "marketing", "denied", NOON - timedelta(minutes=1))

    with pytest.raises(IntegrityError, match="needs a consent"):
        session.execute(update(Contact).values(decision="send"))


def test_a_control_member_gets_no_marketing_contact_of_that_campaign(session: Session) -> None:
    mira = customer(session)
    spring, summer = campaign(session), campaign(session, name="Summer")
    member(session, spring, mira, arm="control")
    member(session, summer, mira)

    send(session, mira, campaign_id=summer.id)
    with pytest.raises(IntegrityError, match="control member"):
        send(session, mira, campaign_id=spring.id)


def test_the_second_editor_of_an_older_version_is_refused(session: Session) -> None:
    cap = session.scalars(select(PolicyValue).where(PolicyValue.key == "gate.cap_7d")).one()
    session.execute(
        update(PolicyValue)
        .where(PolicyValue.id == cap.id)
        .values(value=1, version=cap.version + 1)
        .execution_options(synchronize_session=False)
    )

    cap.value = 3
    with pytest.raises(StaleDataError):
        session.flush()


def send(session: Session, mira: Customer, **changes: Any) -> None:
    facts = {
        "customer_id": mira.id,
        "purpose": "marketing",
        "channel": "email",
        "decision": "send",
        "decided_at": NOON,
        "created_at": NOON,
    }
    session.execute(insert(Contact).values(**(facts | changes)))
