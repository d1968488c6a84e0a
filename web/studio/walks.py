"""Walks through a draft: who plays it, and the steps so far. A walk has no other state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.errors import Conflict, NotFound
from web.app.services import reading, writing
from web.studio.tables import walk

KEPT = 20  # walks of one draft; older ones are forgotten


@dataclass(frozen=True, slots=True)
class Kept:
    """A walk as it is kept: a scenario without its expectations."""

    id: int
    draft_id: int
    scenario: dict[str, Any]
    begun_by: str
    changed_at: datetime

    @property
    def steps(self) -> list[dict[str, Any]]:
        """What was done so far."""
        done: list[dict[str, Any]] = self.scenario.get("do", [])
        return done


def begin(draft_id: int, scenario: Mapping[str, Any], by: str, at: datetime) -> int:
    """Keep a new walk; return its id."""
    row = {"draft_id": draft_id, "scenario": dict(scenario), "begun_by": by, "changed_at": at}
    mine = walk.c.draft_id == draft_id
    newest = select(walk.c.id).where(mine).order_by(walk.c.id.desc()).limit(KEPT)
    with writing() as connection:
        made: int = connection.execute(insert(walk).values(row).returning(walk.c.id)).scalar_one()
        connection.execute(delete(walk).where(mine, walk.c.id.not_in(newest.scalar_subquery())))
    return made


def get(draft_id: int, walk_id: int) -> Kept:
    """Return a walk of a draft; raise NotFound."""
    found = select(walk).where(walk.c.id == walk_id, walk.c.draft_id == draft_id)
    with reading() as connection:
        row = connection.execute(found).one_or_none()
    if row is None:
        raise NotFound
    return Kept(**row._mapping)


def listed(draft_id: int) -> list[Kept]:
    """Return the walks of a draft, the last changed first."""
    found = select(walk).where(walk.c.draft_id == draft_id).order_by(walk.c.changed_at.desc())
    with reading() as connection:
        return [Kept(**row._mapping) for row in connection.execute(found)]


def keep(seen: Kept, scenario: Mapping[str, Any], at: datetime) -> None:
    """Keep the steps of a walk; raise Conflict if another window went on meanwhile."""
    row = {"scenario": dict(scenario), "changed_at": at}
    with writing() as connection:
        now = connection.execute(select(walk.c.scenario).where(walk.c.id == seen.id)).scalar()
        if now != seen.scenario:
            raise Conflict
        connection.execute(update(walk).where(walk.c.id == seen.id).values(row))
