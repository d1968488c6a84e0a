"""The kinds of batch operations: which instances each takes, and what it does to one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from engine import runtime, store
from engine.commands import delete_instances, incidents, instances, modify_instance
from engine.errors import Invalid
from engine.reactions import suspension
from engine.transaction.unit_of_work import UnitOfWork

Plan = Mapping[str, Any]
_instance, _incident = store.instance.c, store.incident.c


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of batch operation."""

    takes: ColumnElement[bool]  # of the instances chosen, those it can be done to
    do: Callable[[UnitOfWork, int, Plan], None]
    check: Callable[[UnitOfWork, Plan], object] = lambda *_: None
    incidents: bool = False  # the items are the incidents of the instances

    def items(self, chosen: ColumnElement[bool]) -> "Select[Any]":
        """Select item key, instance key and root of what a batch will work on."""
        place = (_instance.key.label("instance_key"), _instance.root_instance_key)
        if not self.incidents:
            found = select(_instance.key.label("item_key"), *place)
            return found.where(chosen, self.takes)
        found = select(_incident.key.label("item_key"), *place)
        of_instance = _instance.key == _incident.instance_key
        joined = found.join_from(store.incident, store.instance, of_instance)
        return joined.where(chosen, self.takes, _incident.state == "ACTIVE")


def kind(name: str) -> Kind:
    """Return a kind by its name; raises Invalid."""
    found = KINDS.get(name)
    if found is None:
        raise Invalid(f"no batch operation '{name}'; there are {', '.join(KINDS)}")
    return found


def _target(plan: Plan) -> int:
    target = plan.get("target_definition_key")
    if not isinstance(target, int) or isinstance(target, bool):
        raise Invalid("a plan to migrate says target_definition_key")
    return target


def _check_migration(work: UnitOfWork, plan: Plan) -> None:
    target = work.catalogue.process(work.connection, _target(plan))
    problems = runtime.check_mapping(target.process, dict(plan.get("mapping") or {}))
    if problems:
        raise Invalid(problems[0].message, problems)


def _migrate(work: UnitOfWork, key: int, plan: Plan) -> None:
    modify_instance.migrate(work, key, _target(plan), plan.get("mapping"))


def _check_modification(work: UnitOfWork, plan: Plan) -> None:
    modify_instance.check(work, **_instructions(plan))


def _modify(work: UnitOfWork, key: int, plan: Plan) -> None:
    modify_instance.modify(work, key, **_instructions(plan))


def _instructions(plan: Plan) -> dict[str, Any]:
    return {
        "activate": plan.get("activate") or (),
        "move": plan.get("move") or (),
        "terminate": plan.get("terminate") or (),
    }


def _unless_done(
    work: UnitOfWork, key: int, state: str, do: Callable[[UnitOfWork, int], None]
) -> None:
    """Do nothing where an item before, such as its caller, has done it with this one."""
    if work.instance(key).state != state:
        do(work, key)


_active = _instance.state == "ACTIVE"
_root = _instance.parent_instance_key.is_(None)

KINDS: dict[str, Kind] = {
    "CANCEL_PROCESS_INSTANCE": Kind(
        _instance.ended_at.is_(None) & _root, lambda work, key, _: instances.cancel(work, key)
    ),
    "SUSPEND_PROCESS_INSTANCE": Kind(
        _active, lambda work, key, _: _unless_done(work, key, "SUSPENDED", suspension.suspend)
    ),
    "RESUME_PROCESS_INSTANCE": Kind(
        _instance.state == "SUSPENDED",
        lambda work, key, _: _unless_done(work, key, "ACTIVE", suspension.resume),
    ),
    "MIGRATE_PROCESS_INSTANCE": Kind(_active, _migrate, _check_migration),
    "MODIFY_PROCESS_INSTANCE": Kind(_active, _modify, _check_modification),
    "RESOLVE_INCIDENT": Kind(
        _active,
        lambda work, key, plan: incidents.resolve(work, key, retries=plan.get("retries", 1)),
        incidents=True,
    ),
    "DELETE_PROCESS_INSTANCE": Kind(
        _instance.ended_at.is_not(None) & _root,
        lambda work, key, _: delete_instances.delete(work, key),
    ),
}
