"""One line of a customer's page, whatever table it comes from, so that one question asks many.

Each table gives the same columns, and `UNION ALL` puts them together. What a column means depends
on the kind; the page knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Select,
    String,
    cast,
    literal,
    null,
    select,
    union_all,
)

from engine.store import UtcDateTime

COLUMNS: dict[str, Any] = {
    "kind": String(),
    "id": BigInteger(),
    "at": UtcDateTime(),
    "until": UtcDateTime(),
    "day": Date(),
    "word": String(),
    "state": String(),
    "text": String(),
    "more": String(),
    "note": String(),
    "number": BigInteger(),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of one of the tables around a customer; what is not there is None."""

    kind: str
    id: int
    at: datetime | None
    until: datetime | None
    day: date | None
    word: str | None
    state: str | None
    text: str | None
    more: str | None
    note: str | None
    number: int | None


def lines(kind: str, **columns: Any) -> Select[Any]:
    """Return the question for lines of one kind; columns that are not named are null."""
    given = {"kind": literal(kind, String()), **columns}
    return select(
        *(
            given[name].label(name) if name in given else cast(null(), type_).label(name)
            for name, type_ in COLUMNS.items()
        )
    )


def newest(question: Select[Any], most: int) -> Select[Any]:
    """Return the newest of a kind only; each kind of a union has a limit of its own."""
    cut = question.order_by(
        question.selected_columns.at.desc(), question.selected_columns.id.desc()
    )
    return select(cut.limit(most).subquery())


def ask(connection: Connection, questions: Iterable[Select[Any]]) -> list[Line]:
    """Return the lines of many kinds by one question, in the order of the kinds."""
    rows = connection.execute(union_all(*questions))
    return [Line(*row) for row in rows]
