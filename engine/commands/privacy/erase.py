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
from engine.reactions import call_activities
from engine.transaction import instances
from engine.transaction.instances import Damaged, Instance
from engine.transaction.state_parts import Stored
from engine.transaction.unit_of_work import Move

_instance = store.instance.c


def roots(move: Move, chosen: ColumnElement[bool]) -> list[int]:
    """List the roots of the chosen instances; one that still runs is refused."""
    found = select(_instance.root_instance_key).where(chosen).distinct()
    keys = sorted(move.connection.execute(found).scalars())
    for key in keys:
        _over(move, key)
    return keys


def tops(move: Move, chosen: ColumnElement[bool]) -> list[int]:
    """List the chosen instances that none of the chosen called, however far above them."""
    keys = sorted(move.connection.execute(select(_instance.key).where(chosen)).scalars())
    below: set[int] = set()
    for key in keys:  # a caller is older than what it calls
        if key not in below:
            below.update(member for member in _over(move, key) if member != key)
    return [key for key in keys if key not in below]


def _over(move: Move, key: int) -> list[int]:
    found = call_activities.members(move.connection, key)
    running = [member for member, over in found if not over]
    if running:
        raise Conflict(f"process instance {running[0]} still runs: end it first")
    return [member for member, _ in found]


def erase(move: Move, key: int) -> None:
    """Take every value out of an ended instance and out of what it called."""
    family = [member for member, _ in call_activities.members(move.connection, key)]
    _messages(move, family)
    for member in family:
        _erase(move, member)
    _requests(move, family)


def erase_messages(move: Move, correlation_keys: Sequence[str]) -> None:
    """Delete the messages of these correlation keys, also those that reached nobody."""
    column = store.message.c.correlation_key
    move.connection.execute(delete(store.message).where(column.in_(list(correlation_keys))))


def _erase(move: Move, key: int) -> None:
    move.connection.execute(delete(store.variable).where(store.variable.c.instance_key == key))
    for table, values in _blank().items():
        place = table.c.instance_key == key
        move.connection.execute(update(table).where(place).values(values))
    instance = _opened(move, key)
    move.connection.execute(delete(store.state_part).where(store.state_part.c.instance_key == key))
    state = {"v": 1, "key": key, "process": instance.definition.id, "tokens": {}, "scopes": {}}
    move.apply(instance, Step(state=state), "erase")
    move.flush()
    move.connection.execute(
        update(store.instance)
        .where(_instance.key == key)
        .values(business_key=None, correlation_key=None, tags=[])
    )


def _opened(move: Move, key: int) -> Instance:
    """Open it to be emptied, even if what is stored of it is damaged."""
    try:
        return move.instance(key)
    except Damaged:
        row = move.connection.execute(instances.ONE, {"key": key}).mappings().one()
        return move.adopt(instances.opened(move.connection, row, move.catalogue, Stored({})))


def _blank() -> dict[Table, dict[str, Any]]:
    nowhere = {"name": "", "correlation_key": ""}
    return {
        store.history: {"payload": None},
        store.decision_instance: {"inputs": {}, "output": None, "evaluated": [], "failure": None},
        store.user_task: {"external_form": None, "headers": {}},
        store.job: {"error_message": None, "error_code": None, "denied_reason": None},
        store.incident: {"message": "", "data": {}},
        store.subscription: nowhere | {"data": {}},
        store.correlation: nowhere,
        store.batch_item: {"error": None},
    }


def _messages(move: Move, family: list[int]) -> None:
    had = store.correlation.c
    taken = select(had.message_key).where(had.instance_key.in_(family))
    move.connection.execute(delete(store.message).where(store.message.c.key.in_(taken)))


def _requests(move: Move, family: list[int]) -> None:
    """Forget the answers to repeated requests that name these instances."""
    answer = type_coerce(store.idempotency.c.answer, Text)
    named = or_(*(answer.contains(str(key)) for key in family))
    move.connection.execute(delete(store.idempotency).where(named))
