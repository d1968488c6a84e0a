"""What a transaction is about to write, gathered and written in few batched statements."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table

from engine import store
from engine.errors import Conflict
from engine.limits import Limits
from engine.transaction import input_limits, statements
from engine.transaction.instances import Instance, checksum

Row = dict[str, Any]

# Parents before children, as foreign keys ask.
_WRITTEN = (
    store.element_instance,
    store.variable,
    store.user_task,
    store.job,
    store.timer,
    store.subscription,
    store.incident,
    store.decision_instance,
    store.correlation,
    store.history,
)
_CHANGED = (store.user_task, store.job, store.subscription, store.incident, store.timer)


class Stale(Conflict):
    """Somebody else changed the instance in between; the whole verb may be tried again."""


class Changes:
    """Rows to insert, change and delete; the same row may be touched more than once."""

    def __init__(self, limits: Limits) -> None:
        """Start with nothing to write; no instance may outgrow the limits."""
        self._limits = limits
        self.instances: dict[int, Instance] = {}
        self._rows: dict[str, dict[Any, Row]] = defaultdict(dict)
        self._changes: dict[str, dict[int, Row]] = defaultdict(dict)
        self._gone_timers: set[int] = set()

    def put(self, table: Table, key: Any, row: Row) -> None:
        """Insert a row (or upsert it, for the tables that are upserted)."""
        self._rows[table.name][key] = row | self._changes[table.name].pop(key, {})

    def change(self, table: Table, key: int, **values: Any) -> None:
        """Change columns of a row, stored or about to be."""
        row = self._rows[table.name].get(key)
        if row is None:
            self._changes[table.name].setdefault(key, {}).update(values)
        else:
            row.update(values)

    def row(self, table: Table, key: Any) -> Row | None:
        """Return a row that is about to be written."""
        return self._rows[table.name].get(key)

    def drop_timer(self, key: int) -> None:
        """Delete a timer."""
        if self._rows["pv_timer"].pop(key, None) is None:
            self._changes["pv_timer"].pop(key, None)
            self._gone_timers.add(key)

    def flush(self, connection: Connection) -> None:
        """Write everything; each kind of change is one statement, on PostgreSQL all are one."""
        writes = [
            *self._instances_and_parts(),
            *((statements.Insert(table, tuple(rows[0])), rows) for table, rows in self._inserted()),
            *self._changed(),
        ]
        if self._gone_timers:
            writes.append((statements.DROP_TIMER, [{"b_key": key} for key in self._gone_timers]))
            self._gone_timers = set()
        if writes and not statements.write(connection, writes):
            raise Stale

    def _instances_and_parts(self) -> Iterator[statements.Write]:
        new, known, parts, dropped = [], [], [], []
        for instance in self.instances.values():
            text, texts, gone = instance.stored.written()
            row = instance.row(text)
            parts += [_part(instance.key, number, part) for number, part in texts.items()]
            dropped += [{"b_instance_key": instance.key, "b_part": number} for number in gone]
            input_limits.bound(instance.key, instance.stored, text, self._limits)
            if instance.revision:
                row |= {"b_key": instance.key, "b_revision": instance.revision}
                known.append({name: row[name] for name in _PARAMETERS})
            else:
                new.append(row)
            instance.revision += 1
        self.instances = {}
        if new:
            yield statements.Insert(store.instance, tuple(new[0])), new
        if known:
            yield statements.CHANGE_INSTANCE, known
        if parts:
            yield statements.Insert(store.state_part, tuple(parts[0])), parts
        if dropped:
            yield statements.DROP_PART, dropped

    def _inserted(self) -> Iterator[tuple[Table, list[Row]]]:
        for table in _WRITTEN:
            rows = self._rows.pop(table.name, None)
            if rows:
                yield table, list(rows.values())

    def _changed(self) -> Iterator[statements.Write]:
        for table in _CHANGED:
            shapes: dict[frozenset[str], list[Row]] = defaultdict(list)
            for key, values in self._changes.pop(table.name, {}).items():
                shapes[frozenset(values)].append(values | {"b_key": key})
            for names, rows in shapes.items():
                yield statements.Update(table, ("key",), tuple(sorted(names))), rows


_PARAMETERS = (*statements.CHANGE_INSTANCE.names, "b_key", "b_revision")


def _part(key: int, number: int, text: str) -> Row:
    return {"instance_key": key, "part": number, "data": text, "checksum": checksum(text)}
