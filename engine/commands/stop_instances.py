"""What ends the instances about a customer, and what moves them to the customer that stays."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from engine import runtime, store
from engine.errors import NotFound
from engine.transaction import declared
from engine.transaction.catalogue import Catalogue
from engine.transaction.follow_ups import ChildEnded, ChildThrew
from engine.transaction.instances import Instance
from engine.transaction.unit_of_work import UnitOfWork

STOPPED = "stopped"  # the error that leaves the call activity of a stopped instance
MERGED = "merged"
_instance = store.instance.c


def about(connection: Connection, customer: str) -> list[int]:
    """Return the open instances about a customer, callers before what they called."""
    found = select(_instance.key).where(
        _instance.customer == customer, _instance.ended_at.is_(None)
    )
    return list(connection.execute(found.order_by(_instance.depth, _instance.key)).scalars())


def stopping(connection: Connection, catalogue: Catalogue, customer: str, reason: str) -> list[int]:
    """Return the open instances about a customer whose process stops on this."""
    found = select(_instance.key, _instance.definition_key).where(
        _instance.customer == customer, _instance.ended_at.is_(None)
    )
    return [
        row.key
        for row in connection.execute(found.order_by(_instance.key))
        if reason in catalogue.process(connection, row.definition_key).process.stops_on
    ]


def stop(work: UnitOfWork, key: int, reason: str, *, because: str = "") -> bool:
    """End an instance if its process stops on this; its caller gets the error `stopped`.

    A process with `stop.answer` answers its caller instead.
    """
    instance = _open(work, key)
    if instance is None or reason not in instance.definition.stops_on:
        return False
    _end(work, instance, reason, because or reason)
    return True


def move(work: UnitOfWork, key: int, customer: str, to: str) -> None:
    """Let an instance be about another customer, or end it where that one has an open one."""
    instance = _open(work, key)
    if instance is None or instance.customer != customer:
        return
    if MERGED in instance.definition.stops_on:
        _end(work, instance, MERGED, f"merged into {to}")
        return
    renamed = {
        name: _like(value, to)
        for name, value in runtime.variables(instance.data).items()
        if declared.as_text(value) == customer
        and name in declared.customer_expression(instance).reads
    }
    step = runtime.set_variables(
        instance.definition,
        instance.data,
        instance.key,
        renamed,
        local=True,
        context=work.context(instance),
    )
    open_per = declared.one_open_per(work, instance, step)
    other = open_instance(work, instance, open_per)
    if other is not None:
        younger = max(instance, other, key=lambda each: each.key)
        _end(work, younger, MERGED, f"merged into {min(instance.key, other.key)}")
        if younger is instance:
            return
    work.apply(instance, step, "move to customer", f"{customer} -> {to}")
    instance.open_per = open_per
    _rename_keys(work, instance, customer, to)


def open_instance(work: UnitOfWork, instance: Instance, open_per: str | None) -> Instance | None:
    """Return the other open instance of the same value, if there is one."""
    if open_per is None:
        return None
    work.flush()
    found = select(_instance.key).where(
        _instance.process_id == instance.deployed.process_id,
        _instance.open_per == open_per,
        _instance.ended_at.is_(None),
        _instance.key != instance.key,
    )
    key = work.connection.execute(found).scalar()
    return None if key is None else work.instance(key)


def _open(work: UnitOfWork, key: int) -> Instance | None:
    try:
        instance = work.instance(key)
    except NotFound:
        return None
    return instance if instance.ended_at is None else None


def _end(work: UnitOfWork, instance: Instance, reason: str, because: str) -> None:
    step = runtime.cancel(instance.definition, instance.data, context=work.context(instance))
    if step.ended is None:  # it would wait for cancel listeners; nobody may hold up a stop
        step = runtime.cancel(instance.definition, step.state, context=work.context(instance))
    work.apply(instance, step, "stop", because)
    if instance.parent_wait_key is None:
        return
    answer = _answer(work, instance, reason, because)
    if answer is None:
        thrown = {
            "kind": "error",
            "code": STOPPED,
            "message": because,
            "variables": {"stop_reason": reason},
        }
        work.defer(ChildThrew(instance, thrown))
    else:
        work.defer(ChildEnded(instance, answer))


def _answer(
    work: UnitOfWork, instance: Instance, reason: str, because: str
) -> Mapping[str, Any] | None:
    expression = instance.definition.declared.get("stop.answer")
    if expression is None:
        return None
    variables = {"stop_reason": reason, "stop_because": because}
    value = declared.evaluate(work, instance, expression, variables)
    return value if isinstance(value, dict) else {}


def _rename_keys(work: UnitOfWork, instance: Instance, customer: str, to: str) -> None:
    """Let messages, business key and tags find the instance under the customer that stays."""
    column = store.subscription.c
    listening = update(store.subscription).where(
        column.instance_key == instance.key,
        column.correlation_key == customer,
        column.state == store.CREATED,
    )
    work.connection.execute(listening.values(correlation_key=to))
    if customer not in (instance.business_key, *instance.tags):
        return
    instance.tags = [to if tag == customer else tag for tag in instance.tags]
    if instance.business_key == customer:
        instance.business_key = to
    work.connection.execute(
        update(store.instance)
        .where(_instance.key == instance.key)
        .values(business_key=instance.business_key, tags=instance.tags)
    )


def _like(value: Any, text: str) -> Any:
    """Write a customer as it was written: a number stays a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return int(text) if is_number and text.isdecimal() else text
