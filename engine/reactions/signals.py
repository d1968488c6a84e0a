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
from engine.transaction.follow_ups import Broadcast
from engine.transaction.instances import COLUMNS, Damaged, Instance, locked
from engine.transaction.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

_sub = store.subscription.c
_HEARD = (_sub.kind == "signal") & (_sub.state == store.CREATED)
_LISTENS = (
    _HEARD
    & ~_sub.start
    & (_sub.name == bindparam("name"))
    & (_sub.correlation_key == "")
    & (_sub.instance_key != bindparam("thrown_by"))
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


def broadcast(work: UnitOfWork, name: str, variables: Mapping[str, Any] | None = None) -> int:
    """Send a signal to everybody who listens; return its key."""
    if not name:
        raise Invalid("a signal needs a name")
    input_limits.name(name, "the name of a signal")
    spread(work, Broadcast(name, input_limits.check(variables, work.limits)))
    return work.keys()


def spread(work: UnitOfWork, signal: Broadcast) -> None:
    """Resume everybody who listens and start the processes that the signal starts."""
    _resume(work, _Audience(signal, 0, _EVERY_KEY, work.now))
    starts = work.connection.execute(_STARTING, {"name": signal.name}).mappings().all()
    work.count(len(starts))
    unit = create_instance.unit(signal.variables)
    for row in starts:
        create_instance.begin_or_skip(
            work,
            create_instance.prepare(work, row["definition_key"], unit=unit),
            {},
            command="start by signal",
            start_element=row["element_id"],
            message_variables=signal.variables,
            chain=signal.chain,
        )


def go_on(work: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """Resume the next of those who listened when the signal was sent."""
    more = payload.get("chain", 0), payload.get("thrown_by", 0)
    signal = Broadcast(payload["name"], payload["variables"], *more)
    sent = datetime.fromisoformat(payload["at"])
    _resume(work, _Audience(signal, payload["after"], payload["until"], sent))


@dataclass(frozen=True, slots=True)
class _Audience:
    """Those who hear a signal: their subscriptions are older than `at` and between two keys."""

    signal: Broadcast
    after: int
    until: int
    at: datetime


def _resume(work: UnitOfWork, audience: _Audience) -> None:
    work.flush()
    count = CHUNK if work.has_queue else _EVERY_KEY
    if work.has_queue and work.stop_reason:
        _leave(work, audience, audience.after)  # this transaction has done enough
        return
    asked = {"name": audience.signal.name, "after": audience.after, "until": audience.until}
    asked |= {"at": audience.at, "count": count, "thrown_by": audience.signal.thrown_by}
    found = work.connection.execute(_LISTENING, asked).mappings().all()
    work.count(len(found))
    if len(found) == count:
        _leave(work, audience, found[-1]["key"])
    for row in found:
        instance = quarantine.load(work, row)
        if instance is not None:
            _hear(work, instance, row, audience.signal)


def _leave(work: UnitOfWork, audience: _Audience, after: int) -> None:
    """Leave the listeners after a key to the background.

    Those who listen by now and no later: whoever is resumed may listen again.
    """
    signal = audience.signal
    asked = {"name": signal.name, "thrown_by": signal.thrown_by}
    last = work.connection.execute(_LAST, asked).scalar() or 0
    rest = {"name": signal.name, "variables": dict(signal.variables), "chain": signal.chain}
    rest |= {"thrown_by": signal.thrown_by}
    rest |= {"after": after, "until": min(audience.until, last)}
    rest |= {"at": audience.at.isoformat(), "by": work.actor}
    work.enqueue("signal", rest, f"signal-{work.keys()}")


def _hear(work: UnitOfWork, instance: Instance, row: RowMapping, signal: Broadcast) -> None:
    """Let one listener hear it; one that cannot is an incident, and the others hear it."""
    wait = wait_rows.wait_of(Kind.SIGNAL, row)
    wait.data["chain"] = signal.chain
    try:
        work.resume(instance, wait, signal.variables, "signal", fits=True)
    except Damaged as damaged:
        quarantine.isolate(work, damaged.instance_key)
    except Conflict:
        return  # it heard the same signal in another branch, which ended this one
    except (DBAPIError, Unavailable):
        raise  # nobody heard it: the transaction is gone
    except Exception as error:
        told = error.message if isinstance(error, EngineError) else type(error).__name__
        log.exception("instance %s cannot hear a signal", instance.key)
        quarantine.report_signal(work, instance, wait, dict(signal.variables), told)
