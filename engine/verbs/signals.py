"""Signals: heard by everybody who listens, the many after the first hundred in the background."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from engine import store
from engine.errors import Conflict, Invalid
from engine.model import Kind
from engine.verbs import birth, borders, quarantine, rows
from engine.verbs.instances import COLUMNS, Damaged, locked
from engine.verbs.move import Move

_sub = store.subscription.c
_HEARD = (_sub.kind == "signal") & (_sub.state == store.CREATED)
_LISTENS = (
    _HEARD
    & ~_sub.start
    & (_sub.name == bindparam("name"))
    & (_sub.correlation_key == "")
    & (store.instance.c.state == "ACTIVE")
)
_OF_INSTANCE = store.instance.c.key == _sub.instance_key
_LISTENING = locked(
    select(store.subscription, *COLUMNS)
    .join(store.instance, _OF_INSTANCE)
    .where(_LISTENS, _sub.key > bindparam("after"), _sub.key <= bindparam("until"))
    .where(_sub.updated_at <= bindparam("at"))
    .order_by(_sub.key)
    .limit(bindparam("count")),
    store.subscription,
)
_LAST = select(func.max(_sub.key)).join(store.instance, _OF_INSTANCE).where(_LISTENS)
_EVERY_KEY = 2**63 - 1
CHUNK = 100  # listeners of one transaction
_STARTING = (
    select(store.subscription)
    .where(_HEARD, _sub.start, _sub.name == bindparam("name"), _sub.correlation_key == "")
    .order_by(_sub.key)
)


def broadcast(move: Move, name: str, variables: Mapping[str, Any] | None) -> int:
    """Send a signal; answers its key."""
    if not name:
        raise Invalid("a signal needs a name")
    spread(move, name, borders.check(variables, move.limits))
    return move.keys()


def spread(move: Move, name: str, variables: Mapping[str, Any]) -> None:
    """Resume everybody who listens and start the processes it starts."""
    _resume(move, name, variables, after=0, until=_EVERY_KEY, at=move.now)
    for row in move.connection.execute(_STARTING, {"name": name}).mappings().all():
        instance = birth.conceive(move, row["definition_key"])
        birth.begin(
            move,
            instance,
            {},
            command="start by signal",
            start_element=row["element_id"],
            message_variables=variables,
        )


def go_on(move: Move, payload: Mapping[str, Any]) -> None:
    """Resume the next of those who listened when the signal was sent."""
    _resume(
        move,
        payload["name"],
        payload["variables"],
        after=payload["after"],
        until=payload["until"],
        at=datetime.fromisoformat(payload["at"]),
    )


def _resume(
    move: Move, name: str, variables: Mapping[str, Any], *, after: int, until: int, at: datetime
) -> None:
    move.flush()
    count = CHUNK if move.background else _EVERY_KEY
    asked = {"name": name, "after": after, "until": until, "at": at, "count": count}
    found = move.connection.execute(_LISTENING, asked).mappings().all()
    if len(found) == count:
        # Those who listen by now and no later: whoever is resumed may listen again.
        last = move.connection.execute(_LAST, {"name": name}).scalar() or 0
        rest = {"name": name, "variables": dict(variables), "after": found[-1]["key"]}
        rest |= {"until": min(until, last), "at": at.isoformat(), "by": move.actor}
        move.work("signal", rest, f"signal-{move.keys()}")
    for row in found:
        instance = move.whole(row)
        if instance is None:
            continue
        try:
            move.resume(instance, rows.wait_of(Kind.SIGNAL, row), variables, "signal")
        except Damaged as damaged:
            quarantine.isolate(move, damaged.instance_key)
            continue
        except Conflict:
            continue  # it heard the same signal in another branch, which ended this one
