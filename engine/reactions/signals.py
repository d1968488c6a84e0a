"""Signals: heard by everybody who listens, the many after the first hundred in the background."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, select
from sqlalchemy.exc import DBAPIError

from engine import store
from engine.errors import Conflict, EngineError, Invalid, Unavailable
from engine.model import Kind
from engine.reactions import create_instance, quarantine
from engine.transaction import input_limits, wait_rows
from engine.transaction.instances import COLUMNS, Damaged, Instance, locked
from engine.transaction.unit_of_work import Move

log = logging.getLogger(__name__)

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
    input_limits.name(name, "the name of a signal")
    spread(move, name, input_limits.check(variables, move.limits))
    return move.keys()


def spread(move: Move, name: str, variables: Mapping[str, Any], *, chain: float = 0) -> None:
    """Resume everybody who listens and start the processes it starts.

    `chain` is how many signals set each other off up to this one.
    """
    _resume(move, _Signal(name, variables, chain, 0, _EVERY_KEY, move.now))
    starts = move.connection.execute(_STARTING, {"name": name}).mappings().all()
    move.owe(len(starts))
    for row in starts:
        instance = create_instance.conceive(move, row["definition_key"])
        create_instance.begin(
            move,
            instance,
            {},
            command="start by signal",
            start_element=row["element_id"],
            message_variables=variables,
            chain=chain,
        )


def go_on(move: Move, payload: Mapping[str, Any]) -> None:
    """Resume the next of those who listened when the signal was sent."""
    signal = _Signal(
        payload["name"],
        payload["variables"],
        payload.get("chain", 0),
        payload["after"],
        payload["until"],
        datetime.fromisoformat(payload["at"]),
    )
    _resume(move, signal)


@dataclass(frozen=True, slots=True)
class _Signal:
    """A signal for those whose subscriptions are older than `at` and between two keys."""

    name: str
    variables: Mapping[str, Any]
    chain: float
    after: int
    until: int
    at: datetime


def _resume(move: Move, signal: _Signal) -> None:
    move.flush()
    count = CHUNK if move.background else _EVERY_KEY
    if move.background and move.halt:
        _leave(move, signal, signal.after)  # this transaction has done enough
        return
    asked = {"name": signal.name, "after": signal.after, "until": signal.until, "at": signal.at}
    found = move.connection.execute(_LISTENING, asked | {"count": count}).mappings().all()
    move.owe(len(found))
    if len(found) == count:
        _leave(move, signal, found[-1]["key"])
    for row in found:
        instance = move.whole(row)
        if instance is not None:
            _hear(move, instance, row, signal)


def _leave(move: Move, signal: _Signal, after: int) -> None:
    """Leave the listeners after a key to the background.

    Those who listen by now and no later: whoever is resumed may listen again.
    """
    last = move.connection.execute(_LAST, {"name": signal.name}).scalar() or 0
    rest = {"name": signal.name, "variables": dict(signal.variables), "chain": signal.chain}
    rest |= {"after": after, "until": min(signal.until, last)}
    rest |= {"at": signal.at.isoformat(), "by": move.actor}
    move.work("signal", rest, f"signal-{move.keys()}")


def _hear(move: Move, instance: Instance, row: RowMapping, signal: _Signal) -> None:
    """Let one listener hear it; one that cannot is an incident, and the others hear it."""
    wait = wait_rows.wait_of(Kind.SIGNAL, row)
    wait.data["chain"] = signal.chain
    try:
        move.resume(instance, wait, signal.variables, "signal", fits=True)
    except Damaged as damaged:
        quarantine.isolate(move, damaged.instance_key)
    except Conflict:
        return  # it heard the same signal in another branch, which ended this one
    except (DBAPIError, Unavailable):
        raise  # nobody heard it: the transaction is gone
    except Exception as error:
        told = error.message if isinstance(error, EngineError) else type(error).__name__
        log.exception("instance %s cannot hear a signal", instance.key)
        quarantine.report_signal(move, instance, wait, dict(signal.variables), told)
