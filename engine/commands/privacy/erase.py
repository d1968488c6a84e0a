"""Forget a person: values vanish from every table, and the history still proves what happened.

What stays is which elements ran when and who worked on them. The chain holds digests of the values,
so it verifies without them.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, delete, or_, select, type_coerce, update

from engine import store
from engine.errors import Conflict
from engine.model import Step
from engine.reactions import terminate
from engine.transaction import family, instances
from engine.transaction.instances import Damaged
from engine.transaction.unit_of_work import UnitOfWork

_instance = store.instance.c


def roots(work: UnitOfWork, chosen: ColumnElement[bool]) -> list[int]:
    """Return the roots of the chosen instances; one that still runs is refused."""
    found = select(_instance.root_instance_key).where(chosen).distinct()
    keys = sorted(work.connection.execute(found).scalars())
    for key in keys:
        _over(work, key)
    return keys


def tops(work: UnitOfWork, chosen: ColumnElement[bool]) -> list[int]:
    """Return the chosen instances that none of the chosen called, however far above them."""
    keys = sorted(work.connection.execute(select(_instance.key).where(chosen)).scalars())
    below: set[int] = set()
    for key in keys:  # a caller is older than what it calls
        if key not in below:
            below.update(member for member in _over(work, key) if member != key)
    return [key for key in keys if key not in below]


def _over(work: UnitOfWork, key: int) -> list[int]:
    found = family.members(work.connection, key)
    running = [member for member, over in found if not over]
    if running:
        raise Conflict(f"process instance {running[0]} still runs: end it first")
    return [member for member, _ in found]


def erase(work: UnitOfWork, key: int) -> None:
    """Take every value out of an ended instance and out of what it called."""
    keys = [member for member, _ in family.members(work.connection, key)]
    _messages(work, keys)
    for member in keys:
        _erase(work, member)
    _requests(work, keys)


def erase_messages(work: UnitOfWork, correlation_keys: Sequence[str]) -> None:
    """Delete the messages of these correlation keys, also those that reached nobody."""
    column = store.message.c.correlation_key
    work.connection.execute(delete(store.message).where(column.in_(list(correlation_keys))))


def _erase(work: UnitOfWork, key: int) -> None:
    work.connection.execute(delete(store.variable).where(store.variable.c.instance_key == key))
    work.connection.execute(delete(store.undo).where(store.undo.c.instance_key == key))
    for table, values in _blank().items():
        place = table.c.instance_key == key
        work.connection.execute(update(table).where(place).values(values))
    try:
        instance = work.instance(key)
    except Damaged:
        instance = terminate.emptied(work, key)
    part = store.state_part
    work.connection.execute(delete(part).where(part.c.instance_key == key))
    state = instances.blank(key) | {"process": instance.definition.id}
    work.apply(instance, Step(state=state), "erase")
    work.flush()
    work.connection.execute(
        update(store.instance)
        .where(_instance.key == key)
        .values(business_key=None, correlation_key=None, tags=[])
    )


def _blank() -> dict[Table, dict[str, Any]]:
    nowhere = {"name": "", "correlation_key": ""}
    return {
        store.history: {"payload": None},
        store.decision_instance: {"inputs": {}, "output": None, "evaluated": [], "failure": None},
        store.user_task: {"external_form": None, "headers": {}, "search_text": ""},
        store.job: {"error_message": None, "error_code": None, "denied_reason": None},
        store.incident: {"message": "", "data": {}},
        store.subscription: nowhere | {"data": {}},
        store.correlation: nowhere,
        store.batch_item: {"error": None},
    }


def _messages(work: UnitOfWork, family: list[int]) -> None:
    had = store.correlation.c
    taken = select(had.message_key).where(had.instance_key.in_(family))
    work.connection.execute(delete(store.message).where(store.message.c.key.in_(taken)))


def _requests(work: UnitOfWork, family: list[int]) -> None:
    """Forget the answers to repeated requests that name these instances."""
    answer = type_coerce(store.idempotency.c.answer, Text)
    named = or_(*(answer.contains(str(key)) for key in family))
    work.connection.execute(delete(store.idempotency).where(named))
