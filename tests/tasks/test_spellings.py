"""One customer under every spelling of a number, an address or an outside id."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import store
from tasks.contacts.records import Message
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.imports import Wrong, run
from tasks.installed import SUBJECTS
from tasks.policy.records import PolicyValue
from tests.support.crm import NOON, customer
from tests.support.happenings import Engine, receive

NUMBERS = ["+37060000555", "8 600 00 555", "0037060000555", "+370 600 00555", "۰۰۳۷۰۶۰۰۰۰۵۵۵"]


# rows of a database from before there were search forms
BEFORE = (
    """INSERT INTO crm_customer (id, kind, name, language, timezone, lifecycle_stage,
       do_not_contact, deceased, legal_hold, demo, version, created_at, created_by)
       VALUES (1, 'person', 'ŠARKA', 'lt', 'Europe/Vilnius', 'active', 0, 0, 0, 0, 1,
       '2026-01-01 00:00:00', '')""",
    """INSERT INTO crm_contact_point (id, customer_id, channel, value, valid, created_at,
       created_by) VALUES (1, 1, 'phone', '8 600 00 555', 1, '2026-01-01 00:00:00', '')""",
    "INSERT INTO crm_identifier (id, customer_id, system, external_id) VALUES (1, 1, 'shop', '۷')",
)


def order(number: int, **customer: Any) -> dict[str, Any]:
    return {
        "event_id": f"e-{number}", "type": "order.placed", "source": "shop",
        "occurred_at": "2026-01-05T10:00:00Z", "customer": customer,
        "payload": {"order_id": f"A-{number}", "amount": 100, "lines": []},
    }  # fmt: skip


def take(session: Session, kind: str, content: str, source: str = "shop") -> Any:
    return run(
        session, SUBJECTS.imports[kind], content.encode(), is_json=False, source=source, by="ida",
        now=NOON,
    )  # fmt: skip


def refused(session: Session, kind: str, content: str) -> list[tuple[str, str, str]]:
    with pytest.raises(Wrong) as wrong:
        take(session, kind, content)
    return [(each.resource, each.element, each.message) for each in wrong.value.problems]


def test_b5_five_spellings_of_a_number_are_one_customer(session: Session) -> None:
    told = [
        receive(session, Engine(), order(n, phone=each), NOON) for n, each in enumerate(NUMBERS)
    ]

    assert len({each["customer_id"] for each in told}) == 1
    [point] = session.scalars(select(ContactPoint)).all()
    assert point.value == "+37060000555"


def test_b5_a_number_without_a_country_code_is_of_the_company_or_the_customer(
    session: Session,
) -> None:
    take(
        session,
        "customers",
        "external_id,name,phone,timezone\nn1,Alice,0912 345 6789,Asia/Tehran\n",
    )
    session.scalars(
        select(PolicyValue).where(PolicyValue.key == "company.country")
    ).one().value = "US"
    take(session, "customers", "external_id,name,phone\nn2,Bob,(202) 555-0100\n")

    values = session.scalars(select(ContactPoint.value).order_by(ContactPoint.id)).all()
    assert values == ["+989123456789", "+12025550100"]


def test_b5_what_nobody_can_dial_or_deliver_is_told_when_it_is_imported(session: Session) -> None:
    content = "external_id,name,email,phone\nn1,A,šarūnė@example.org,\nn2,B,,call me\nn3,C,a@b,\n"

    assert refused(session, "customers", content) == [
        ("row 2", "email", "No mail server takes these letters before the @."),
        ("row 3", "phone", "This is not a phone number."),
        ("row 4", "email", "There can be no such domain after the @."),
    ]


def test_an_address_of_an_event_that_no_server_takes_is_kept_and_not_used(session: Session) -> None:
    receive(session, Engine(), order(1, email="šarūnė@example.org"), NOON)
    receive(session, Engine(), order(2, email="jonas@PAŠTO.lt\u200c"), NOON)

    points = session.scalars(select(ContactPoint).order_by(ContactPoint.id)).all()
    assert [(point.value, point.valid) for point in points] == [
        ("šarūnė@example.org", False),
        ("jonas@pašto.lt", True),
    ]


@pytest.mark.parametrize(
    ("first", "again"),
    [("n\u0301-7", "\u0144-7"), ("علي-۷", "علی-7"), ("C-7", " C-7\u200f")],
)
def test_b4_an_outside_id_is_the_same_in_every_spelling(
    session: Session, first: str, again: str
) -> None:
    took = receive(session, Engine(), order(1, external_id=first), NOON)
    told = receive(session, Engine(), order(2, external_id=again), NOON)

    assert told["customer_id"] == took["customer_id"]
    assert session.scalar(select(func.count()).select_from(Identifier)) == 1
    report = take(session, "customers", f"external_id,name\n{again},Alice\n")
    assert (report.added, report.changed) == (0, 1)


def test_b4_outside_ids_that_differ_in_case_are_two(session: Session) -> None:
    report = take(session, "customers", "external_id,name\naB7,Alice\nab7,Bob\n")
    assert report.added == 2


def test_a_mailbox_is_the_same_in_ascii_and_in_its_own_letters(session: Session) -> None:
    take(session, "customers", "external_id,name,email\nn1,Jonas,jonas@pašto.lt\n")
    told = receive(session, Engine(), order(1, email="Jonas@xn--pato-h6a.lt"), NOON)

    assert told["customer_id"] == session.scalars(select(Customer.id)).one()


def test_b7_instants_beyond_all_years_are_told_with_their_row(session: Session) -> None:
    customer(session)
    head = "order_id,at,external_id,amount,currency,promised_at\n"
    content = (
        head + "zx,0001-01-01T00:00:00+14:00,n1,1999,EUR,\n"
        "zp,2026-01-01T00:00:00Z,n1,1999,EUR,9999-12-31T23:59:59-14:00\n"
    )
    beyond = "This lies outside of the years 1 to 9999."
    assert refused(session, "purchases", content) == [
        ("row 2", "at", beyond), ("row 3", "promised_at", beyond),
    ]  # fmt: skip
    said = (
        "interaction_id,at,external_id,channel,text\ni1,0001-01-01T00:00:00+01:00,n1,email,hello\n"
    )
    assert refused(session, "interactions", said) == [("row 2", "at", beyond)]


@pytest.mark.parametrize(
    "content",
    [
        b"sep=;\r\nexternal_id;name\r\nu3;Jonas\r\n",
        b'\xef\xbb\xbf"sep=;"\r\nexternal_id;name\r\nu3;Jonas\r\n',
        "external_id\tname\r\nu3\tJonas\r\n".encode("utf-16"),
        b"\xef\xbb\xbfexternal_id;name\r\nu3;Jonas\r\n",
    ],
)
def test_b7_files_are_taken_as_excel_writes_them(session: Session, content: bytes) -> None:
    report = run(
        session, SUBJECTS.imports["customers"], content, is_json=False, source="s", by="ida",
        now=NOON,
    )  # fmt: skip
    assert (report.rows, report.added) == (1, 1)


def test_b7_the_rows_of_a_file_are_counted_with_excels_own_line(session: Session) -> None:
    assert refused(session, "customers", "sep=;\nexternal_id;name\nu3;\n")[0][0] == "row 3"
    assert refused(session, "customers", "sep=;\nname;name\nu3;a\n")[0][0] == "row 2"


def test_b7_a_name_that_nobody_sees_is_none(session: Session) -> None:
    content = "external_id,name\nn1,\u200c\n"
    assert refused(session, "customers", content) == [
        ("row 2", "name", "A new customer needs a name.")
    ]


def test_b7_more_columns_than_a_sheet_has_sense_for_are_refused(session: Session) -> None:
    header = ",".join(f"c{n}" for n in range(20_000))
    assert refused(session, "customers", f"{header}\nx\n")[0][2] == "More than 1000 columns."


def test_b4_what_searches_look_in_follows_the_record(session: Session) -> None:
    take(session, "customers", "external_id,name\nn1,Šarūnė Žąsytė\n")
    sarune = session.scalars(select(Customer)).one()
    assert sarune.search_name == "sarune zasyte"
    sarune.name = "علي كريمي"
    session.flush()
    assert sarune.search_name == "علی کریمی"
    message = Message(
        key="k", internal=True,
        channel="email", transport="outbox", recipient="A@b.lt", subject="Ačiū",
        body="", created_at=NOON,
    )  # fmt: skip
    session.add(message)
    session.flush()
    assert message.search_text == "a@b.lt aciu"


def test_b4_what_was_there_before_gets_its_forms(tmp_path: Any) -> None:
    database = store.connect(f"sqlite:///{tmp_path}/old.db")
    with store.upgrading(database) as connection:
        config = Config()
        config.set_main_option("script_location", "tasks/migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "crm0006")
        for statement in BEFORE:
            connection.execute(sa.text(statement))
        command.upgrade(config, "head")
    with Session(database) as session:
        assert session.scalars(select(Customer.search_name)).one() == "sarka"
        assert session.scalars(select(ContactPoint.key)).one() == "+37060000555"
        assert session.scalars(select(Identifier.key)).one() == "7"
