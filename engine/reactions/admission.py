"""Admission: so many instances of a process start a day, the others wait as suspended instances.

An instance that waits has begun and stands still where it first had to wait, so every door has an
answer and `one_open_per` holds. What is over the number is admitted on the next days, best first.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, func, insert, literal_column, select

from engine import runtime, store
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.definitions import Definition
from engine.properties.admission import Admission
from engine.reactions import suspension
from engine.schedule import timers
from engine.transaction import declared
from engine.transaction.follow_ups import AskAdmission
from engine.transaction.instances import Instance
from engine.transaction.pending import Environment
from engine.transaction.unit_of_work import UnitOfWork

WAITING, ADMITTED, EXPIRED = "WAITING", "ADMITTED", "EXPIRED"
WAITING_SQL = literal_column("'WAITING'", String)  # written out, so that the index is seen to fit
_admission = store.admission.c


def ask(work: UnitOfWork, asked: AskAdmission) -> None:
    """Admit a new instance if there is room today, else let it wait."""
    if work.others_follow(AskAdmission):  # what it calls is to wait with it
        work.defer(asked)
        return
    instance = asked.instance
    rule = Admission.parse(instance.definition.says("admit"))
    lock(work, instance.deployed.process_id)
    work.flush()
    left = room(work.connection, work.environment, instance.definition, work.now)
    waits = instance.ended_at is None and left < 1
    row: dict[str, Any] = {
        "instance_key": instance.key,
        "process_id": instance.deployed.process_id,
        "state": WAITING if waits else ADMITTED,
        "rank": _rank(work, instance, rule),
        "asked_at": work.now,
        "expires_at": timers.after(work.now, rule.within),
        "admitted_at": None if waits else work.now,
    }
    work.connection.execute(insert(store.admission), row)
    if waits:
        suspension.suspend(work, instance.key)


def room(
    connection: Connection, environment: Environment, process: Definition, now: datetime
) -> float:
    """Return how many more instances may start today; without a limit, infinitely many."""
    rule = Admission.parse(process.says("admit"))
    limit = rule.number
    if rule.policy:
        limit = environment.policy_number(connection, rule.policy)
    if limit is None:
        return float("inf")
    here = timers.local(now, process.zone or environment.zone)
    morning = here.replace(hour=0, minute=0, second=0, microsecond=0)
    count = select(func.count()).where(
        _admission.process_id == process.id, _admission.admitted_at >= morning
    )
    return limit - connection.execute(count).scalar_one()


def lock(work: UnitOfWork, process_id: str) -> None:
    """Let starts of one process be counted one after another."""
    if work.connection.dialect.name == "postgresql":
        number = func.hashtextextended(process_id, 3)
        work.connection.execute(select(func.pg_advisory_xact_lock(number)))


def _rank(work: UnitOfWork, instance: Instance, rule: Admission) -> float:
    if not rule.by:
        return 0.0
    expression = ExpressionAttribute(f"= {rule.by}")
    value = declared.evaluate(work, instance, expression, runtime.variables(instance.data))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else 0.0
