"""Moments of truth that processes declare: one for each completed element with a touchpoint."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert, select

from engine.transaction.ports import Encounter
from tasks.customers.records import Customer
from tasks.moments.records import MomentOfTruth
from tasks.touchpoints.records import Touchpoint


def record(connection: Connection, encounters: Sequence[Encounter], /) -> None:
    """Write encounters down as neutral moments; a touchpoint is added when it is first met.

    It is inside of a step of a process: whom we do not know is left out rather than refused.
    """
    customers = _customers(connection, (each.customer for each in encounters))
    rows = [
        {
            "customer_id": customers.get(each.customer or ""),
            "touchpoint_id": _touchpoint(connection, each),
            "at": each.at,
            "source": "event",
            "polarity": "neutral",
            "weight": 1,
            "instance_key": str(each.instance_key),
            "origin": f"element:{each.element_instance_key}",
            "created_at": each.at,
        }
        for each in encounters
    ]
    connection.execute(insert(MomentOfTruth), rows)


def _customers(connection: Connection, named: Iterable[str | None]) -> dict[str, int]:
    numbers = {int(text) for text in named if text and text.isascii() and text.isdecimal()}
    found = select(Customer.id).where(Customer.id.in_(numbers))
    return {str(number): number for number in connection.execute(found).scalars()}


def _touchpoint(connection: Connection, met: Encounter) -> int:
    found = select(Touchpoint.id).where(Touchpoint.name == met.touchpoint)
    number = connection.execute(found).scalar()
    if number is None:
        made = insert(Touchpoint).values(name=met.touchpoint, created_at=met.at, updated_at=met.at)
        number = connection.execute(made.returning(Touchpoint.id)).scalar_one()
    return number
