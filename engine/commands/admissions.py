"""Admitting instances that wait, the best first, as far as there is room today."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from engine import store
from engine.errors import NotFound
from engine.reactions import admission, suspension
from engine.transaction.instances import Damaged
from engine.transaction.pending import Environment
from engine.transaction.unit_of_work import UnitOfWork

_admission, _instance = store.admission.c, store.instance.c
_WAITING = _admission.state == admission.WAITING_SQL


def waiting(connection: Connection) -> Sequence[str]:
    """Return the processes with instances that wait to be admitted."""
    found = select(_admission.process_id).where(_WAITING).distinct()
    return list(connection.execute(found.order_by(_admission.process_id)).scalars())


def due(
    connection: Connection, environment: Environment, process_id: str, now: datetime, count: int
) -> list[int]:
    """Return whom to look at: who waited too long or was moved by hand, then the best in room."""
    mine = (_WAITING, _admission.process_id == process_id)
    late = (
        select(_admission.instance_key)
        .join(store.instance, _instance.key == _admission.instance_key)
        .where(*mine, or_(_admission.expires_at <= now, _instance.state != "SUSPENDED"))
    )
    found = list(connection.execute(late.order_by(_admission.instance_key).limit(count)).scalars())
    best = select(_admission.instance_key).where(*mine, _admission.expires_at > now)
    first = best.order_by(_admission.rank.desc(), _admission.instance_key).limit(count)
    keys = list(connection.execute(first).scalars())
    if not keys:
        return found
    version = select(_instance.definition_key).where(_instance.key == keys[0])
    definition_key = connection.execute(version).scalar_one()
    process = environment.catalogue.process(connection, definition_key).process
    left = admission.room(connection, environment, process, now)
    room = [key for key in keys if key not in found][: max(0, int(min(left, count)))]
    return [*found, *room]


def admit(work: UnitOfWork, key: int) -> None:
    """Admit a waiting instance, or end it if it waited too long; NotFound when there is no room."""
    query = select(store.admission).where(_admission.instance_key == key, _WAITING)
    row = work.connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"instance {key} does not wait to be admitted")
    admission.lock(work, row["process_id"])
    try:
        instance = work.instance(key)
    except Damaged:
        _note(work, key, admission.EXPIRED)
        return
    if instance.ended_at is not None:  # somebody stopped it meanwhile
        _note(work, key, admission.EXPIRED)
    elif instance.state == "ACTIVE":  # somebody resumed it by hand
        _note(work, key, admission.ADMITTED)
    elif row["expires_at"] <= work.now:
        _note(work, key, admission.EXPIRED)
        suspension.resume(work, key)
        work.cancel(instance, "not admitted in time")
    elif admission.room(work.connection, work.environment, instance.definition, work.now) < 1:
        raise NotFound("there is no room today")
    else:
        _note(work, key, admission.ADMITTED)
        suspension.resume(work, key)


def _note(work: UnitOfWork, key: int, state: str) -> None:
    at = work.now if state == admission.ADMITTED else None
    row = update(store.admission).where(_admission.instance_key == key)
    work.connection.execute(row.values(state=state, admitted_at=at))
