"""Takes records of a kind in: known by the source's id, changed where a row says something else."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tasks.customers.lookup import whose
from tasks.declare.import_run import ImportKind, ImportRun, Rows
from tasks.declare.record_kind import RecordKind
from tasks.records.columns import required, schema_of
from tasks.records.ids import RecordId

WHOSE = {"customer_id": "customer_id", "customer": "external_id", "email": "email"}


def import_kind(kind: RecordKind) -> ImportKind:
    """Return how files of this kind are taken in."""
    return ImportKind(kind.name, schema_of(kind), lambda going, rows: _take(kind, going, rows))


def _take(kind: RecordKind, going: ImportRun, rows: Rows) -> None:
    going.refuse_twice(rows, "external_id")
    owners = _owners(kind, going, rows)
    known = going.lookup(
        {row["external_id"] for _, row in rows},
        lambda chunk: select(RecordId.external_id, RecordId.number).where(
            RecordId.kind == kind.name,
            RecordId.source == going.source,
            RecordId.external_id.in_(chunk),
        ),
    )
    for number, row in rows:
        _check(kind, going, number, row, owners, new=row["external_id"] not in known)
    if going.wrong:
        return
    for number, row in rows:
        try:
            with going.session.begin_nested():
                _write(kind, going, row, owners.get(number), known.get(row["external_id"]))
        except IntegrityError:
            going.refuse(number, "", "The database refuses this: a number twice, or none such.")


def _owners(kind: RecordKind, going: ImportRun, rows: Rows) -> dict[int, int | None]:
    """Return the customer of each row that names one."""
    if not kind.of_customer:
        return {}
    named = [
        (number, {to: row[name] for name, to in WHOSE.items() if name in row})
        for number, row in rows
    ]
    of = whose(going, [pair for pair in named if pair[1]])
    return {number: of(row) for number, row in named if row}


def _check(
    kind: RecordKind,
    going: ImportRun,
    number: int,
    row: dict[str, Any],
    owners: dict[int, int | None],
    *,
    new: bool,
) -> None:
    if kind.of_customer and owners.get(number) is None and (new or number in owners):
        going.refuse(number, "customer_id", "Nobody is known by this; import them first.")
    for name in required(kind) if new else ():
        if row.get(name) is None:
            going.refuse(number, name, "A new record needs this.")


def _write(
    kind: RecordKind, going: ImportRun, row: dict[str, Any], owner: int | None, known: int | None
) -> None:
    names = {column.name for column in kind.columns}
    values = {name: value for name, value in row.items() if name in names}
    if owner is not None:
        values["customer_id"] = owner
    if known is None:
        _add(kind, going, row["external_id"], values)
        return
    record = going.session.get_one(kind.model, known)
    changes = {name: new for name, new in values.items() if getattr(record, name) != new}
    for name, new in changes.items():
        setattr(record, name, new)
    if changes and "updated_at" in kind.table.c:
        record.updated_at = going.now  # type: ignore[attr-defined]
    going.session.flush()
    going.changed += bool(changes)
    going.unchanged += not changes


def _add(kind: RecordKind, going: ImportRun, external_id: str, values: dict[str, Any]) -> None:
    if "created_at" in kind.table.c:
        values |= {"created_at": going.now, "created_by": going.by}
    record = kind.model(**values)
    going.session.add(record)
    going.session.flush()
    number: int = record.id  # type: ignore[attr-defined]
    going.session.add(
        RecordId(kind=kind.name, source=going.source, external_id=external_id, number=number)
    )
    going.session.flush()
    going.added += 1
