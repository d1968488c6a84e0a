"""The same records and rules on PostgreSQL."""

from collections.abc import Iterator
from threading import Thread

import pytest
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import store
from tasks.consents.records import Consent
from tasks.contacts.records import Contact
from tasks.migrations import migrate
from tasks.seeding.catalogue import load_catalogue
from tests.support import postgres
from tests.support.crm import DAY, NOON, SEEDS, campaign, customer, member
from tests.support.gate import gather, note, reserve

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def database() -> Iterator[Engine]:
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server binaries on this machine")
    with postgres.server() as url:
        opened = store.connect(url)
        migrate(opened)
        with Session(opened) as session:
            load_catalogue(session, SEEDS, NOON)
            session.commit()
        yield opened
        opened.dispose()


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    with Session(database) as session:
        yield session


def test_migrating_again_changes_nothing(database: Engine) -> None:
    migrate(database)


@pytest.mark.parametrize("change", [update(Consent).values(state="denied"), delete(Consent)])
def test_a_consent_is_append_only(session: Session, change: object) -> None:
    customer(session)

    with pytest.raises(IntegrityError, match="append-only"):
        session.execute(change)  # type: ignore[call-overload]


def test_nobody_is_written_to_without_consent_or_out_of_the_control_group(
    session: Session,
) -> None:
    mira = customer(session)
    spring = campaign(session)
    member(session, spring, mira, arm="control")
    session.commit()
    plain = {
        "customer_id": mira.id,
        "purpose": "marketing",
        "decision": "send",
        "decided_at": NOON,
        "created_at": NOON,
    }

    with pytest.raises(IntegrityError, match="needs a consent"):
        session.execute(Contact.__table__.insert().values(**plain, channel="sms"))
    session.rollback()
    with pytest.raises(IntegrityError, match="control member"):
        session.execute(
            Contact.__table__.insert().values(**plain, channel="email", campaign_id=spring.id)
        )


def test_the_ledger_goes_through_its_states(session: Session) -> None:
    mira = customer(session)

    note(session, mira, "pg-1", "defer", not_before=NOON + DAY)
    reserve(session, mira, "pg-1")
    note(session, mira, "pg-1", "send", channel="email")

    contact = session.scalars(select(Contact).where(Contact.gate_key == "pg-1")).one()
    assert (contact.decision, contact.sent_at) == ("send", NOON)


def test_twenty_gates_at_once_never_break_the_cap(database: Engine) -> None:
    with Session(database) as session:
        mira = customer(session)
        session.commit()
        session.refresh(mira)
        mark = gather(session, mira, "any")["facts_mark"]

    def race(number: int) -> None:
        with Session(database) as session:
            reserve(session, mira, f"race-{number}", mark)
            session.commit()

    session.expunge_all()
    racers = [Thread(target=race, args=(number,)) for number in range(20)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    with Session(database) as session:
        taken = session.scalar(
            select(func.count()).where(Contact.customer_id == mira.id, Contact.decision == "send")
        )
    assert taken == 1  # all had seen an empty week; whoever came second must decide again
