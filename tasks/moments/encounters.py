"""Moments of truth that processes declare: one for each completed element with a touchpoint."""

from collections.abc import Sequence

from sqlalchemy import Connection

from engine.transaction.ports import Encounter
from tasks.moments.writing import Happening, write


def record(connection: Connection, encounters: Sequence[Encounter], /) -> None:
    """Write encounters down as neutral moments; table D-25 looks at them in the night after."""
    write(
        connection,
        [
            Happening(
                touchpoint=each.touchpoint,
                happened="encounter",
                at=each.at,
                origin=f"element:{each.element_instance_key}",
                customer=each.customer,
                instance_key=str(each.instance_key),
            )
            for each in encounters
        ],
    )
