"""Runs an import: reads, checks every row, writes all of it in one transaction or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.text import Unreadable
from engine.text.phones import read_phone, region_of_zone
from tasks.customers.lookup import whose
from tasks.customers.records import Customer
from tasks.customers.region import company_region
from tasks.declare.import_run import ImportKind, ImportRun, Rows
from tasks.imports import reading
from tasks.privacy.fingerprints import known_by, recognise


class Wrong(Invalid):
    """The file has rows that are not right; nothing was taken in."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do."""

    kind: str
    source: str
    dry_run: bool
    rows: int
    added: int
    changed: int
    unchanged: int
    forgotten: int  # rows left out: who they name was forgotten
    refusals_kept: int  # permissions not taken: the customer had refused


def run(
    session: Session,
    kind: ImportKind,
    content: bytes,
    *,
    is_json: bool,
    source: str,
    by: str,
    now: datetime,
    dry_run: bool = False,
) -> Report:
    """Take a file in, or refuse it as a whole. Commits; a dry run never does.

    Raises Wrong, each problem with `resource` ("row 3") and `element` (the column).
    """
    going = ImportRun(session, source, by, now)
    try:
        rows = reading.read(content, is_json=is_json)
        checked = list(_checked(going, kind.columns(), rows))
        if not going.wrong:  # or what is missing would be told as wrong again
            kind.take(going, _without_forgotten(going, checked))
        _nothing_wrong(going)
        if dry_run:
            session.rollback()
        else:
            session.commit()
    except Invalid as refused:
        session.rollback()
        raise Wrong(refused.message, refused.problems) from refused
    except BaseException:
        session.rollback()
        raise
    counts = (going.added, going.changed, going.unchanged, going.forgotten, going.refusals_kept)
    return Report(kind.name, source, dry_run, len(rows), *counts)


def _without_forgotten(going: ImportRun, rows: Rows) -> Rows:
    """Leave out who was forgotten, unless they came back by themselves and are known again.

    Then a file does not say what they permit; they do.
    """
    calls = {number: known_by(row, going.source) for number, row in rows}
    marked = recognise(going.session, {each for known in calls.values() for each in known})
    numbers = {row["customer_id"] for _, row in rows if "customer_id" in row}
    gone = going.lookup(numbers, _erased)
    if not (marked or gone):
        return rows
    named = [pair for pair in rows if marked.keys() & set(calls[pair[0]])]
    again = whose(going, named)
    back = {number for number, row in named if again(row) is not None}
    for number, row in named:
        if number in back:
            row.pop("consents", None)
            row.pop("do_not_contact", None)
    out = {number for number, row in rows if row.get("customer_id") in gone}
    out |= {number for number, _ in named} - back
    going.forgotten = len(out)
    return [pair for pair in rows if pair[0] not in out]


def _erased(chunk: list[Any]) -> Any:
    query = select(Customer.id, Customer.erased_at).where(Customer.id.in_(chunk))
    return query.where(Customer.erased_at.is_not(None))


def _checked(going: ImportRun, schema: Schema, rows: Rows) -> Iterator[tuple[int, dict[str, Any]]]:
    region = company_region(going.session)
    for number, row in rows:
        try:
            checked: dict[str, Any] = schema.load(row)
            _read_phone(going, number, checked, region)
            yield number, checked
        except ValidationError as error:
            for column, message in _flat(error.normalized_messages()):  # type: ignore[no-untyped-call]
                going.refuse(number, column, message)


def _read_phone(going: ImportRun, number: int, row: dict[str, Any], region: str) -> None:
    """Write a number in its one form; without a country code it is of the customer's country."""
    if "phone" not in row:
        return
    try:
        row["phone"] = read_phone(row["phone"], region_of_zone(row.get("timezone", "")) or region)
    except Unreadable as error:
        going.refuse(number, "phone", str(error))


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    else:
        yield path, " ".join(str(message) for message in messages)


def _nothing_wrong(going: ImportRun) -> None:
    if going.wrong:
        things = "thing is" if going.wrong == 1 else "things are"
        text = f"{going.wrong} {things} wrong with the file; nothing was taken in."
        raise Wrong(text, going.problems)
