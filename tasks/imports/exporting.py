"""Writes CSV with the columns that an import reads; no cell is a formula to a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.text.cells import safe_cell
from tasks.declare.import_run import ExportKind

PART = 1_000  # rows in one piece
MARK = "\ufeff"  # by which spreadsheets know UTF-8


def export(session: Session, kind: ExportKind, source: str) -> Iterator[str]:
    """Yield a file piece by piece; customers bear the names that `source` gives them."""
    query = kind.query(source)
    header = [column["name"] for column in query.column_descriptions]
    yield MARK + _csv([header])
    for part in session.execute(query.execution_options(yield_per=PART)).partitions(PART):
        yield _csv([[_cell(value) for value in row] for row in part])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return safe_cell(str(value))


def _csv(rows: list[list[str]]) -> str:
    paper = io.StringIO(newline="")
    csv.writer(paper).writerows(rows)
    return paper.getvalue()
