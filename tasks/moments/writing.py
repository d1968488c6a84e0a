"""Moments as they are written down: what happened, before table D-25 says what it means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from tasks.customers.records import Customer
from tasks.moments.records import MomentOfTruth
from tasks.touchpoints.records import Touchpoint

CHUNK = 500  # rows of one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happened at a touchpoint; `origin` says what wrote it, which does so once.

    `customer` is a number as text, and left out where nobody has it.
    """

    touchpoint: str
    happened: str
    at: datetime
    origin: str
    customer: str | None = None
    source: str = "event"
    expected: float | None = None
    perceived: float | None = None
    missed_by: float | None = None  # of the time a standard gives
    cause: str | None = None
    instance_key: str | None = None


def write(connection: Connection, happened: Sequence[Happening]) -> int:
    """Write down what is not there yet, as neutral moments; return how many.

    A touchpoint is added when it is first met. Whom we do not know is left out, not refused: it is
    inside of a step of a process.
    """
    begins = range(0, len(happened), CHUNK)
    return sum(_write(connection, happened[begin : begin + CHUNK]) for begin in begins)


def _write(connection: Connection, happened: Sequence[Happening]) -> int:
    new = _unknown(connection, happened)
    customers = _customers(connection, (each.customer for each in new))
    places: dict[str, int] = {}
    rows = []
    for each in new:
        if each.touchpoint not in places:
            places[each.touchpoint] = touchpoint(connection, each.touchpoint, each.at)
        rows.append(
            {
                "customer_id": customers.get(each.customer or ""),
                "touchpoint_id": places[each.touchpoint],
                "at": each.at,
                "source": each.source,
                "happened": each.happened,
                "expected": each.expected,
                "perceived": each.perceived,
                "missed_by": each.missed_by,
                "cause": each.cause,
                "polarity": "neutral",
                "weight": 1,
                "instance_key": each.instance_key,
                "origin": each.origin,
                "created_at": each.at,
            }
        )
    if rows:
        connection.execute(insert(MomentOfTruth), rows)
    return len(rows)


def touchpoint(connection: Connection, name: str, now: datetime) -> int:
    """Return the number of a touchpoint; it is added when it is first met."""
    found = select(Touchpoint.id).where(Touchpoint.name == name)
    number = connection.execute(found).scalar()
    if number is None:
        made = insert(Touchpoint).values(name=name, created_at=now, updated_at=now)
        number = connection.execute(made.returning(Touchpoint.id)).scalar_one()
    return number


def _unknown(connection: Connection, happened: Sequence[Happening]) -> list[Happening]:
    origins = [each.origin for each in happened]
    found = select(MomentOfTruth.origin).where(MomentOfTruth.origin.in_(origins))
    known = set(connection.execute(found).scalars())
    return [each for each in happened if each.origin not in known]


def _customers(connection: Connection, named: Iterable[str | None]) -> dict[str, int]:
    numbers = {int(text) for text in named if text and text.isascii() and text.isdecimal()}
    found = select(Customer.id).where(Customer.id.in_(numbers))
    return {str(number): number for number in connection.execute(found).scalars()}
