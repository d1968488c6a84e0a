"""One import on its way, and what a subject declares about files of its records."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import Schema
from sqlalchemy.orm import Session

from engine.model import Problem

MOST_TOLD = 100
CHUNK = 500  # values in one question to the database

Rows = list[tuple[int, dict[str, Any]]]  # (row number, cells)


@dataclass(slots=True)
class ImportRun:
    """One import: who sends it, what is wrong so far, what it did."""

    session: Session
    source: str
    by: str
    now: datetime
    problems: list[Problem] = field(default_factory=list)
    wrong: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    forgotten: int = 0
    refusals_kept: int = 0

    def refuse(self, row: int, column: str, message: str) -> None:
        """Note what is wrong with a row; the first hundred are told."""
        self.wrong += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Problem(message, element=column, resource=f"row {row}"))

    def refuse_twice(self, rows: Rows, key: str) -> None:
        """Refuse each row whose key stood in an earlier one."""
        seen: dict[str, int] = {}
        for number, row in rows:
            first = seen.setdefault(row[key], number)
            if first != number:
                self.refuse(number, key, f"The same as in row {first}.")

    def lookup(self, wanted: Iterable[Any], question: Callable[[list[Any]], Any]) -> dict[Any, Any]:
        """Return {key: value} for all wanted keys, in questions of bounded size."""
        keys = sorted(set(wanted))
        found: dict[Any, Any] = {}
        for start in range(0, len(keys), CHUNK):
            for key, value in self.session.execute(question(keys[start : start + CHUNK])):
                found.setdefault(key, value)
        return found


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A kind of file that is taken in: its columns, and what checks and writes the rows."""

    name: str
    columns: type[Schema]
    take: Callable[[ImportRun, Rows], None]


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A kind of file that is written: its query, given the source whose ids customers bear."""

    name: str
    query: Callable[[str], Any]
