"""Every text beside a customer says whether it is personal; erasing follows the marks."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, CheckConstraint, Column, Enum, MetaData, String, Table, select
from sqlalchemy.orm import Session

from tasks.cases.records import Case
from tasks.declare.personal import KEY, NOT_PERSONAL, owned_by, personal
from tasks.declare.subject import Erasure
from tasks.installed import METADATA, SUBJECTS
from tasks.privacy import erase_records, find, held, whose
from tests.support.crm import NOON, customer


def unmarked(metadata: MetaData) -> Iterator[str]:
    """Name every text in a row about a customer that says nothing."""
    for table in metadata.sorted_tables:
        if owned_by(table, [], []) is None:
            continue
        enumerated = {
            c.name.removeprefix(f"ck_{table.name}_")
            for c in table.constraints
            if isinstance(c, CheckConstraint) and isinstance(c.name, str)
        }
        for column in table.columns:
            text = isinstance(column.type, String | JSON) and not isinstance(column.type, Enum)
            if text and KEY not in column.info and column.name not in enumerated:
                yield f"{table.name}.{column.name}"


def test_e8_every_text_beside_a_customer_is_marked() -> None:
    assert list(unmarked(METADATA)) == []


@pytest.mark.parametrize(("info", "forgotten"), [({}, ["diary.text"]), (NOT_PERSONAL, [])])
def test_e8_a_text_without_a_mark_is_noticed(info: dict[str, Any], forgotten: list[str]) -> None:
    table = Table("diary", MetaData(), Column("customer_id"), Column("text", String, info=info))

    assert list(unmarked(table.metadata)) == forgotten


def test_e8_erasing_leaves_nothing_in_a_marked_column(session: Session) -> None:
    mira = customer(session)
    session.add(
        Case(
            number="C-2026-17",
            customer_id=mira.id,
            kind="complaint",
            channel="email",
            text="The lid broke.",
            wish="A new lid.",
            opened_at=NOON,
            created_at=NOON,
        )
    )
    session.flush()

    person = find(session, mira.id)
    erase_records.erase(session, SUBJECTS, person, Erasure(person, [], NOON + timedelta(days=1)))

    case = session.scalars(select(Case)).one()
    assert (case.text, case.wish, case.state) == ("", None, "closed")
    assert case.number == f"forgotten-{case.id}"
    assert "C-2026-17" in person.words.texts
    assert personal(blank="UTC")[KEY].blank == "UTC"


def test_what_we_hold_about_somebody_is_found_by_the_same_marks(session: Session) -> None:
    mira, otto = customer(session), customer(session, name="Otto Oakes", legal_hold=True)
    for person, text in ((mira, "The lid broke."), (otto, "All fine.")):
        session.add(
            Case(
                number=f"C-{person.id}",
                customer_id=person.id,
                kind="complaint",
                channel="email",
                text=text,
                opened_at=NOON,
                created_at=NOON,
            )
        )
    session.flush()

    found = held(session, whose(session, otto.id))  # a legal hold stops erasing, not looking

    assert found["customer"][0]["name"] == "Otto Oakes"
    assert [case["text"] for case in found["case"]] == ["All fine."]
    assert {"contact_point", "consent"} <= found.keys()
    assert json.dumps(found)
