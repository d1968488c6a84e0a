"""The demo company: real purchases, made-up people, loaded once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import store
from engine.errors import NotFound
from tasks.calendars.records import BusinessCalendar
from tasks.cases.records import Case
from tasks.consents.records import Consent
from tasks.customers.records import ContactPoint, Customer
from tasks.declare.base import Base
from tasks.installed import METADATA
from tasks.policy.records import PolicyValue, value
from tasks.purchases.records import Transaction
from tasks.seeding.catalogue import load_standards
from tasks.seeding.demo import SHIFT, cdnow_path, load_demo, parse, shifted
from tasks.templates.records import TICKS, Template
from tests.support.crm import SEEDS

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def loaded() -> Engine:
    try:
        sample = cdnow_path()
    except NotFound:
        pytest.skip("the CDNOW sample is not installed")
    database = store.connect("sqlite://")
    METADATA.create_all(database)
    with Session(database) as session:
        load_demo(session, SEEDS, sample, TODAY)
        session.commit()
    return database


def test_all_customers_and_purchases_of_the_sample_are_there(loaded: Engine) -> None:
    with Session(loaded) as session:
        assert count(session, Customer) == 2357
        assert count(session, Transaction) == 6919
        assert session.scalar(select(func.sum(Transaction.amount))) == 24_409_194


def test_the_last_purchase_was_yesterday_and_the_shift_is_known(loaded: Engine) -> None:
    with Session(loaded) as session:
        last = session.scalar(select(func.max(Transaction.at)))
        assert last is not None
        assert last.date() == TODAY - timedelta(days=1)
        assert date(1998, 6, 30) + timedelta(days=value(session, SHIFT)) == last.date()


def test_no_demo_order_arrived_in_the_future(loaded: Engine) -> None:
    with Session(loaded) as session:
        arrived = session.scalar(select(func.max(Transaction.delivered_at)))
        assert arrived is not None
        assert arrived <= datetime(2026, 11, 24, tzinfo=UTC)


def test_everybody_is_marked_as_demo_and_lives_at_a_reserved_domain(loaded: Engine) -> None:
    with Session(loaded) as session:
        assert session.scalar(select(func.count()).where(Customer.demo.is_(False))) == 0
        mails = session.scalars(select(ContactPoint.value).where(ContactPoint.channel == "email"))
        assert {mail.rpartition("@")[2] for mail in mails} == {"example.com"}


def test_some_refuse_some_complain_and_some_want_to_be_left_alone(loaded: Engine) -> None:
    with Session(loaded) as session:
        refused = select(func.count()).where(Consent.state == "denied")
        assert (session.scalar(refused) or 0) > 500
        assert count(session, Case) > 20
        alone = select(func.count()).where(Customer.do_not_contact.is_(True))
        assert (session.scalar(alone) or 0) > 5


def test_loading_again_changes_nothing(loaded: Engine) -> None:
    with Session(loaded) as session:
        before = {table: rows(session, table) for table in METADATA.tables}

        added = load_demo(session, SEEDS, cdnow_path(), TODAY + timedelta(days=3))

        assert set(added.values()) == {0}
        assert {table: rows(session, table) for table in METADATA.tables} == before


def test_the_same_people_come_out_each_time(loaded: Engine) -> None:
    again = store.connect("sqlite://")
    METADATA.create_all(again)
    with Session(again) as session, Session(loaded) as first:
        load_demo(session, SEEDS, cdnow_path(), TODAY)
        assert rows(session, "crm_customer") == rows(first, "crm_customer")
        assert rows(session, "crm_consent") == rows(first, "crm_consent")


def test_every_template_speaks_three_languages_and_has_the_five_ticks(loaded: Engine) -> None:
    with Session(loaded) as session:
        templates = session.scalars(select(Template)).all()
        spoken: dict[tuple[str, str], set[str]] = {}
        for template in templates:
            spoken.setdefault((template.name, template.channel), set()).add(template.language)
            assert template.ready()
        assert set(map(frozenset, spoken.values())) == {frozenset({"en", "fa", "lt"})}


def test_a_template_with_a_missing_tick_is_not_ready() -> None:
    ticks: dict[str, object] = dict.fromkeys(TICKS[:-1], True)

    assert not Template(checklist=ticks).ready()


def test_two_calendars_are_shipped_with_split_days(loaded: Engine) -> None:
    with Session(loaded) as session:
        calendars = {c.name: c for c in session.scalars(select(BusinessCalendar))}
        assert {i.weekday for i in calendars["mon_fri"].intervals} == {0, 1, 2, 3, 4}
        assert {i.weekday for i in calendars["sat_wed"].intervals} == {5, 6, 0, 1, 2}
        assert len(calendars["sat_wed"].intervals) == 10


def test_a_line_of_the_sample_reads_as_a_purchase() -> None:
    moved, shift = shifted(parse([" 00004 0001 19970101  2   29.33"]), date(1997, 1, 11))

    assert shift == 9
    assert (moved[0].day, moved[0].quantity, moved[0].amount) == (date(1997, 1, 10), 2, 2933)


def count(session: Session, kind: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


def rows(session: Session, table: str) -> list[tuple[object, ...]]:
    found = METADATA.tables[table]
    return [tuple(row) for row in session.execute(select(found).order_by(*found.primary_key))]


def test_a_house_without_the_demo_has_policy_and_calendars_and_keeps_its_own() -> None:
    database = store.connect("sqlite://")
    METADATA.create_all(database)
    midnight = datetime.combine(TODAY, datetime.min.time(), UTC)
    with Session(database) as session, session.begin():
        added = load_standards(session, SEEDS, midnight)
        assert added["calendars"] == 2
        assert value(session, "company.currency") == "USD"
        assert count(session, Customer) == 0
        policy = session.scalars(select(PolicyValue).where(PolicyValue.key == "company.currency"))
        policy.one().value = "EUR"

    with Session(database) as session, session.begin():
        again = load_standards(session, SEEDS, midnight)

        assert again == dict.fromkeys(added, 0)
        assert set(again) >= {"calendars", "policy_values", "retention_rules", "permission_rules"}
        assert value(session, "company.currency") == "EUR"
