"""Records of any described kind come in and go out by the ids of other systems."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import imports, records
from tasks.contracts.records import Contract
from tasks.declare.record_kind import RecordKind
from tasks.installed import SUBJECTS
from tests.support.crm import NOON, customer

HEADER = "external_id,email,number,starts_on,value,currency\n"


def take(session: Session, kind: str, text: str, **changes: Any) -> imports.Report:
    given = {"is_json": False, "source": "erp", "by": "ida", "now": NOON} | changes
    return imports.run(session, SUBJECTS.imports[kind], text.encode(), **given)


def row(session: Session, value: int = 1200, **changes: Any) -> str:
    mira = session.info.setdefault("mira", customer(session))
    facts = {"id": "K-1", "number": "2026-1", "starts": "2026-01-01"} | changes
    mail = f"customer{mira.id}@example.com"
    return HEADER + f"{facts['id']},{mail},{facts['number']},{facts['starts']},{value},EUR\n"


def test_a_contract_is_added_changed_and_known_again(session: Session) -> None:
    first = take(session, "contracts", row(session))
    again = take(session, "contracts", row(session))
    changed = take(session, "contracts", row(session, 1500), now=NOON + timedelta(hours=1))

    assert (first.added, again.unchanged, changed.changed) == (1, 1, 1)
    contract = session.scalars(select(Contract)).one()
    assert (contract.value, contract.customer_id) == (1500, session.info["mira"].id)


def test_a_cursor_gives_only_what_changed_since(session: Session) -> None:
    take(session, "contracts", row(session))
    take(session, "contracts", row(session, id="K-2", number="2026-2"))
    kind = SUBJECTS.records["contracts"]
    everything = records.changed(session, kind, "erp", "", 10)
    take(session, "contracts", row(session, 99), now=NOON + timedelta(hours=1))

    since = records.changed(session, kind, "erp", everything.cursor, 10)

    assert [item["external_id"] for item in everything.items] == ["K-1", "K-2"]
    assert [(item["external_id"], item["value"]) for item in since.items] == [("K-1", 99)]
    assert records.changed(session, kind, "erp", since.cursor, 10).items == []


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (HEADER + "K-1,nobody@example.com,1,2026-01-01,1,EUR\n", "customer_id"),
        (HEADER + "K-1,nobody@example.com,1,tomorrow,1,EUR\n", "starts_on"),
        ("external_id,colour\nK-1,red\n", "colour"),
        ("external_id,customer_id\nK-1,1\n", "customer_id"),
    ],
)
def test_what_is_wrong_is_told_by_column_and_nothing_is_kept(
    session: Session, text: str, column: str
) -> None:
    with pytest.raises(imports.Wrong) as wrong:
        take(session, "contracts", text)

    assert column in {problem.element for problem in wrong.value.problems}
    assert session.scalars(select(Contract)).all() == []


def test_a_number_that_another_record_has_is_told_with_its_row(session: Session) -> None:
    take(session, "contracts", row(session))

    with pytest.raises(imports.Wrong, match="1 thing") as wrong:
        take(session, "contracts", row(session, id="K-2"))

    assert wrong.value.problems[0].resource == "row 2"
    assert len(session.scalars(select(Contract)).all()) == 1


def test_a_file_that_goes_out_can_come_in(session: Session) -> None:
    take(session, "contracts", row(session))
    session.info.pop("mira")

    text = "".join(imports.export(session, SUBJECTS.exports["contracts"], "erp"))

    assert take(session, "contracts", text).unchanged == 1


@pytest.mark.parametrize("kind", SUBJECTS.records.values(), ids=lambda kind: kind.name)
def test_every_kind_can_be_read_and_written_as_a_file(session: Session, kind: RecordKind) -> None:
    header = next(iter(imports.export(session, SUBJECTS.exports[kind.name], "erp")))

    columns = set(SUBJECTS.imports[kind.name].columns().fields)

    assert set(header.lstrip("\ufeff").strip().split(",")) <= columns
    assert records.changed(session, kind, "erp", "", 5).items == []
