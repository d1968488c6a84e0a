"""Take back what was deployed, as long as nothing needs it."""

from typing import Any

from sqlalchemy import Table, delete, func, select

from engine import store
from engine.commands import references, start_subscriptions
from engine.errors import Conflict, NotFound
from engine.transaction import releases
from engine.transaction.unit_of_work import UnitOfWork

_instance = store.instance.c


def delete_definition(work: UnitOfWork, key: int) -> None:
    """Delete a version of a process that no instance is or was of.

    When it was the current one, the version before it listens again to what starts instances.
    """
    row = _row(work, store.definition, key)
    _unused(work, key)
    references.check(work, "process", key, row.process_id)
    candidate = store.candidate
    work.connection.execute(delete(candidate).where(candidate.c.definition_key == key))
    for table in (store.timer, store.subscription):
        work.connection.execute(delete(table).where(table.c.definition_key == key))
    work.connection.execute(delete(store.definition).where(store.definition.c.key == key))
    before = releases.forget(work.connection, "process", row.process_id, key)
    if before is not None:
        process = work.catalogue.process(work.connection, before).process
        start_subscriptions.replace(work, before, process)
    _drop_resource(work, row.resource_key)


def delete_requirements(work: UnitOfWork, key: int) -> None:
    """Delete a file of decisions that no running instance calls; what was decided stays."""
    row = _row(work, store.decision_requirements, key)
    decision = store.decision.c
    mine = select(decision.key, decision.id).where(decision.requirements_key == key)
    decisions = work.connection.execute(mine).all()
    for each in decisions:
        references.check(work, "decision", each.key, each.id)
    work.connection.execute(delete(store.decision).where(decision.requirements_key == key))
    table = store.decision_requirements
    work.connection.execute(delete(table).where(table.c.key == key))
    for each in decisions:
        releases.forget(work.connection, "decision", each.id, each.key)
    releases.forget(work.connection, "requirements", row.id, key)
    _drop_resource(work, row.resource_key)


def delete_form(work: UnitOfWork, key: int) -> None:
    """Delete a form that no open task shows and no running instance may come to show."""
    row = _row(work, store.form, key)
    task = store.user_task.c
    shown = select(func.count()).where(task.form_key == key, task.state == "CREATED")
    count = work.connection.execute(shown).scalar_one()
    if count:
        raise Conflict(f"form '{row.id}' version {row.version} is shown by {count} open tasks")
    references.check(work, "form", key, row.id)
    work.connection.execute(delete(store.form).where(store.form.c.key == key))
    releases.forget(work.connection, "form", row.id, key)
    _drop_resource(work, row.resource_key)


def delete_file(work: UnitOfWork, key: int) -> None:
    """Delete a file that is no process, decision or form."""
    row = _row(work, store.resource, key)
    if not _drop_resource(work, key):
        raise Conflict(f"resource {key} is in use")
    releases.forget(work.connection, "resource", row.id, key)


def delete_resource(work: UnitOfWork, key: int) -> str:
    """Delete a process, file of decisions, form or other file by its key; return what it was."""
    for kind, table, action in _KINDS:
        if work.connection.execute(select(table.c.key).where(table.c.key == key)).first():
            action(work, key)
            return kind
    raise NotFound(f"no resource {key}")


_KINDS: tuple[tuple[str, Table, Any], ...] = (
    ("process", store.definition, delete_definition),
    ("requirements", store.decision_requirements, delete_requirements),
    ("form", store.form, delete_form),
    ("resource", store.resource, delete_file),
)


def _unused(work: UnitOfWork, key: int) -> None:
    found = select(func.count(), func.count(_instance.ended_at)).where(
        _instance.definition_key == key
    )
    there, ended = work.connection.execute(found).one()
    elements = select(func.count()).where(store.element_instance.c.definition_key == key)
    passed = work.connection.execute(elements).scalar_one()
    if there:
        raise Conflict(
            f"process definition {key} is in use: {there - ended} instances run, {ended} are over "
            "and still on record"
        )
    if passed:
        raise Conflict(f"process definition {key} is in use: instances ran on it before they moved")


def _drop_resource(work: UnitOfWork, key: int) -> bool:
    """Delete a file once nothing of it is left."""
    for table in (store.definition, store.decision_requirements, store.form):
        if work.connection.execute(select(table.c.key).where(table.c.resource_key == key)).first():
            return False
    work.connection.execute(delete(store.resource).where(store.resource.c.key == key))
    return True


def _row(work: UnitOfWork, table: Table, key: int) -> Any:
    row = work.connection.execute(
        select(table).where(table.c.key == key).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(f"no {table.name.removeprefix('pv_').replace('_', ' ')} {key}")
    return row
