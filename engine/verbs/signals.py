"""Signals: heard by everybody who listens."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from engine import store
from engine.errors import Conflict, Invalid
from engine.model import Kind
from engine.verbs import birth, borders, rows
from engine.verbs.instances import COLUMNS, locked
from engine.verbs.move import Move

_sub = store.subscription.c
_HEARD = (_sub.kind == "signal") & (_sub.state == "CREATED")
_LISTENING = locked(
    select(store.subscription, *COLUMNS)
    .join(store.instance, store.instance.c.key == _sub.instance_key)
    .where(_HEARD, ~_sub.start, _sub.name == bindparam("name"))
    .where(_sub.correlation_key == "", store.instance.c.state == "ACTIVE")
    .order_by(_sub.key),
    store.subscription,
)
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
    move.flush()
    for row in move.connection.execute(_LISTENING, {"name": name}).mappings().all():
        instance = move.whole(row)
        if instance is None:
            continue
        try:
            move.resume(instance, rows.wait_of(Kind.SIGNAL, row), variables, "signal")
        except Conflict:
            continue  # it heard the same signal in another branch, which ended this one
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
