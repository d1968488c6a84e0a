"""The dry run of a migration: a verdict for each instance, and nothing is changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from engine import runtime, store
from engine.model import Problem
from engine.transaction.catalogue import Catalogue
from engine.transaction.instances import COLUMNS, Damaged, from_row

_instance = store.instance.c


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an instance can go over, or every reason why not."""

    instance_key: int
    problems: tuple[Problem, ...]

    @property
    def fits(self) -> bool:
        """Whether the migration would succeed now."""
        return not self.problems


def verdicts(
    connection: Connection,
    catalogue: Catalogue,
    target_key: int,
    chosen: ColumnElement[bool],
    mapping: Mapping[str, str],
    *,
    limit: int,
    after: int,
) -> list[Verdict]:
    """Judge the chosen running instances in the order of their keys, those after key `after`."""
    target = catalogue.process(connection, target_key).process
    found = (
        select(*COLUMNS)
        .where(chosen, _instance.ended_at.is_(None), _instance.key > after)
        .order_by(_instance.key)
        .limit(limit)
    )
    answer = []
    for row in connection.execute(found).mappings():
        try:
            instance = from_row(connection, row, catalogue)
            problems = runtime.check_migration(instance.definition, target, instance.data, mapping)
        except Damaged as damaged:
            problems = [Problem(damaged.message, rule="migration-state")]
        else:
            if instance.state != "ACTIVE":
                asleep = f"The instance is {instance.state.lower()}."
                problems.append(Problem(asleep, rule="migration-state"))
        answer.append(Verdict(row["instance__key"], tuple(problems)))
    return answer
