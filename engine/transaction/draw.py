"""The draw of a trial: on which side a new root instance is, once for each unit.

The unit (a customer) stays on its side. Sides come in permuted blocks within strata, in an order
that follows from a seed which nobody sees. What is kept of a unit is a hash under that seed.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import store
from engine.transaction.blocks import Arm, Blocks, arm

Stratum = Callable[[Connection, str], str]  # the group of a unit within which sides are balanced
STRATUM_CHARACTERS = 100
_candidate, _unit, _stratum = store.candidate.c, store.trial_unit.c, store.trial_stratum.c
_ON_TRIAL = select(store.candidate).where(
    _candidate.process_id == bindparam("process_id"), _candidate.state == "TRIAL"
)


@dataclass(frozen=True, slots=True)
class Trial:
    """The candidate that a root instance was drawn for, and on which side it is."""

    deployment_key: int
    definition_key: int
    side: Arm


def draw(
    connection: Connection, process_id: str, unit: object, stratum: Stratum, now: datetime
) -> Trial | None:
    """Return on which side of a trial a new root instance is; None if there is no trial or unit."""
    row = connection.execute(_ON_TRIAL, {"process_id": process_id}).one_or_none()
    if row is None or unit in (None, ""):
        return None
    trial = {"process_id": process_id, "deployment_key": row.deployment_key}
    known = hmac.digest(row.seed.encode(), f"{process_id}\n{unit}".encode(), sha256).hex()
    if not _claimed(connection, trial | {"unit": known, "at": now}):
        mine = (_unit.process_id == process_id, _unit.deployment_key == row.deployment_key)
        found = select(_unit.side).where(*mine, _unit.unit == known)
        return Trial(row.deployment_key, row.definition_key, connection.execute(found).scalar_one())
    group = stratum(connection, str(unit))[:STRATUM_CHARACTERS]
    position = _position(connection, trial | {"stratum": group})
    seed = bytes.fromhex(row.seed)
    side = arm(seed, f"{process_id}\n{group}", position, Blocks.of_share(row.share))
    drawn = update(store.trial_unit).where(
        _unit.process_id == process_id,
        _unit.deployment_key == row.deployment_key,
        _unit.unit == known,
    )
    connection.execute(drawn.values(stratum=group, position=position, side=side))
    return Trial(row.deployment_key, row.definition_key, side)


def _claimed(connection: Connection, row: dict[str, Any]) -> bool:
    """Take the place of a unit; False if it is drawn already, maybe by somebody else just now."""
    blank = {"stratum": "", "position": 0, "side": "current"}
    claim = _insert(connection, store.trial_unit).values(row | blank).on_conflict_do_nothing()
    return connection.execute(claim.returning(_unit.unit)).scalar_one_or_none() is not None


def _position(connection: Connection, place: dict[str, Any]) -> int:
    """Return the number of the next unit of a stratum, from 0; others wait until we are done."""
    counting = _insert(connection, store.trial_stratum).values(place | {"next": 1})
    counting = counting.on_conflict_do_update(
        index_elements=["process_id", "deployment_key", "stratum"],
        set_={"next": _stratum.next + 1},
    )
    following: int = connection.execute(counting.returning(_stratum.next)).scalar_one()
    return following - 1


def _insert(connection: Connection, table: Any) -> Any:
    made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return made(table)
