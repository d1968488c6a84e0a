"""Rules the database itself keeps, whoever writes: a subject declares them for both databases."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text

RAISE = "RAISE EXCEPTION '{}' USING ERRCODE = 'check_violation'"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule of one table: `condition` is SQL over NEW and OLD, true when `message` is raised.

    `update_condition` is asked instead of `condition` on UPDATE, where given.
    """

    name: str
    table: str
    message: str
    condition: str
    on: tuple[str, ...] = ("INSERT", "UPDATE")
    update_condition: str | None = None

    def asked(self, moment: str) -> str:
        """Return the condition of a moment."""
        if moment == "UPDATE" and self.update_condition is not None:
            return self.update_condition
        return self.condition


def install(connection: Connection, triggers: Iterable[Trigger]) -> None:
    """Put the triggers in place (again); needs the tables."""
    write = _postgresql if connection.dialect.name == "postgresql" else _sqlite
    for trigger in triggers:
        for statement in write(trigger):
            connection.execute(text(statement))


def installed(connection: Connection) -> dict[str, str]:
    """Return the triggers there are: name -> table."""
    if connection.dialect.name == "postgresql":
        query = "SELECT trigger_name, event_object_table FROM information_schema.triggers"
        found = connection.execute(text(f"{query} WHERE trigger_name LIKE 'crm_%'"))
    else:
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        found = connection.execute(text(f"{query} AND name LIKE 'crm_%'"))
    return {row[0]: row[1] for row in found}


def remove_all(connection: Connection) -> None:
    """Take every trigger away: tables that they name are about to be changed."""
    on = connection.dialect.name == "postgresql"
    for name, table in installed(connection).items():
        connection.execute(text(f"DROP TRIGGER {name}" + (f" ON {table}" if on else "")))


def names(connection: Connection, triggers: Iterable[Trigger]) -> set[str]:
    """Return what the triggers are called in this database."""
    if connection.dialect.name == "postgresql":
        return {f"crm_{trigger.name}" for trigger in triggers}
    return {f"crm_{each.name}_{moment.lower()}" for each in triggers for moment in each.on}


def _sqlite(trigger: Trigger) -> Iterable[str]:
    for moment in trigger.on:
        name = f"crm_{trigger.name}_{moment.lower()}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {moment} ON {trigger.table} "
            f"WHEN {trigger.asked(moment)} BEGIN SELECT RAISE(ABORT, '{trigger.message}'); END"
        )


def _postgresql(trigger: Trigger) -> Iterable[str]:
    name, leave = f"crm_{trigger.name}", "OLD" if trigger.on == ("DELETE",) else "NEW"
    branches = " ELS".join(
        f"IF TG_OP = '{moment}' THEN IF {trigger.asked(moment)} "
        f"THEN {RAISE.format(trigger.message)}; END IF;"
        for moment in trigger.on
    )
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {branches} END IF; "
        f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN {leave}; END $$ LANGUAGE plpgsql"
    )
    yield f"DROP TRIGGER IF EXISTS {name} ON {trigger.table}"
    yield (
        f"CREATE TRIGGER {name} BEFORE {' OR '.join(trigger.on)} ON {trigger.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
