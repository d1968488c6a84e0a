"""Candidate versions: proposed, on trial, made current or ended. Seeds are never read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from engine import store
from engine.errors import NotFound
from engine.reads.page import made

_candidate = store.candidate.c
_definition = store.definition.c
_COLUMNS = (
    "process_id",
    "deployment_key",
    "definition_key",
    "state",
    "share",
    "since",
    "by",
    "approved_by",
    "approved_at",
    "ended_at",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that runs, or is to run, for a share of the customers."""

    process_id: str
    deployment_key: int
    definition_key: int
    state: str  # PROPOSED TRIAL PROMOTED ENDED
    share: float
    since: datetime  # proposed at; once approved: begun at
    by: str  # its author
    approved_by: str | None
    approved_at: datetime | None
    ended_at: datetime | None
    version: int
    name: str | None  # of the process


def candidates(connection: Connection, process_id: str | None = None) -> list[Candidate]:
    """Return all candidates, the newest first; of one process if named."""
    found = _query()
    if process_id is not None:
        found = found.where(_candidate.process_id == process_id)
    rows = connection.execute(found.order_by(_candidate.deployment_key.desc())).mappings()
    return [made(Candidate, row) for row in rows]


def candidate(connection: Connection, process_id: str, deployment_key: int) -> Candidate:
    """Return one candidate; raises NotFound."""
    found = _query().where(
        _candidate.process_id == process_id, _candidate.deployment_key == deployment_key
    )
    row = connection.execute(found).mappings().one_or_none()
    if row is None:
        raise NotFound(f"deployment {deployment_key} is no candidate of '{process_id}'")
    return made(Candidate, row)


def drawn(connection: Connection, process_id: str, deployment_key: int) -> Mapping[str, int]:
    """Return how many units were drawn for each side."""
    unit = store.trial_unit.c
    rows = connection.execute(
        select(unit.side, func.count().label("units"))
        .where(unit.process_id == process_id, unit.deployment_key == deployment_key)
        .group_by(unit.side)
    )
    return {row.side: row.units for row in rows}


def _query() -> Any:
    columns = [_candidate[name] for name in _COLUMNS]
    return select(*columns, _definition.version, _definition.name).join(
        store.definition, _definition.key == _candidate.definition_key
    )
