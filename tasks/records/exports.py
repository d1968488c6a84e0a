"""The file of a kind of records, with the columns that an import reads."""

from typing import Any

from sqlalchemy import and_, select

from tasks.declare.import_run import ExportKind
from tasks.declare.record_kind import RecordKind
from tasks.records.ids import RecordId


def export_kind(kind: RecordKind) -> ExportKind:
    """Return how files of this kind are written."""
    return ExportKind(kind.name, lambda source: query(kind, source).order_by(kind.table.c.id))


def query(kind: RecordKind, source: str) -> Any:
    """Select the records with the ids that a source gives them."""
    table = kind.table
    named = and_(
        RecordId.kind == kind.name, RecordId.source == source, RecordId.number == table.c.id
    )
    whose = [table.c.customer_id] if kind.of_customer else []
    columns = [RecordId.external_id, *whose, *kind.columns]
    return select(*columns).select_from(table).outerjoin(RecordId, named)
