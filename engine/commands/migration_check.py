"""The dry run of a migration: what stands against it for each instance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from engine import runtime, store
from engine.definitions import Definition
from engine.model import Problem
from engine.transaction.catalogue import Catalogue
from engine.transaction.instances import COLUMNS, Damaged, from_row

_instance = store.instance.c


@dataclass(frozen=True, slots=True)
class MigrationCheck:
    """Return whether an instance can be migrated, or every reason why not."""

    instance_key: int
    problems: tuple[Problem, ...]

    @property
    def fits(self) -> bool:
        """Return whether the migration would succeed now."""
        return not self.problems


def running(chosen: ColumnElement[bool], *, limit: int, after: int) -> "Select[Any]":
    """Select the chosen running instances in the order of their keys, those after key `after`."""
    found = select(*COLUMNS).where(chosen, _instance.ended_at.is_(None), _instance.key > after)
    return found.order_by(_instance.key).limit(limit)


def check(
    connection: Connection,
    catalogue: Catalogue,
    target_key: int,
    found: "Select[Any]",
    mapping: Mapping[str, str],
) -> list[MigrationCheck]:
    """Return for each instance found whether it can be taken to the target version."""
    target = catalogue.process(connection, target_key).process
    return check_against(connection, catalogue, target, found, mapping)


def check_against(
    connection: Connection,
    catalogue: Catalogue,
    target: Definition,
    found: "Select[Any]",
    mapping: Mapping[str, str],
) -> list[MigrationCheck]:
    """Return for each instance found whether it fits a version that need not be deployed."""
    checks = []
    for row in connection.execute(found).mappings():
        try:
            instance = from_row(connection, row, catalogue)
            problems = runtime.check_migration(instance.definition, target, instance.data, mapping)
        except Damaged as damaged:
            problems = [Problem(damaged.message, rule="migration-state")]
        else:
            if instance.state != "ACTIVE":
                suspended = f"The instance is {instance.state.lower()}."
                problems.append(Problem(suspended, rule="migration-state"))
        checks.append(MigrationCheck(row["instance__key"], tuple(problems)))
    return checks
