"""Engines with one promise broken, for a harness that must notice."""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy import Engine as Database

from engine import store
from engine.transaction import idempotency, statements
from engine.transaction.changes import Changes

_REVISION = re.compile(r"(pv_instance\.revision) = (%\(b_revision\w*\)s\S*|\?)")
SLOW_S = 0.02


def become(mutant: str | None, client: Any) -> None:
    """Break a promise in this process; None is the engine as it is."""
    if mutant is not None:
        MUTANTS[mutant](client)


def acknowledge_before_commit(client: Any) -> None:
    """Tell the client before the transaction is on disk."""
    finish = Changes.flush

    def flush(self: Changes, connection: Connection) -> None:
        finish(self, connection)
        client.note(*client.asking)

    Changes.flush = flush  # type: ignore[method-assign]


def forget_idempotency_keys(_client: Any) -> None:
    """Do a repeated request again."""
    idempotency.guarded = lambda verb: verb


def check_no_revision(client: Any) -> None:
    """Write over what somebody else has written since it was read; no lock, no revision."""
    database = client.engine.database

    def unlock(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any
    ) -> tuple[str, Any]:
        if statement.startswith("INSERT INTO pv_idempotency"):
            time.sleep(SLOW_S)  # the other client reads meanwhile
        statement = _REVISION.sub(r"\1 >= 0 * \2", statement)
        return re.sub(r" FOR UPDATE OF [\w, ]+", "", statement), parameters

    event.listen(database, "before_cursor_execute", unlock, retval=True, insert=True)
    store.writing = _late_lock


def _late_lock(database: Database) -> Any:
    return database.begin()


def write_in_two_transactions(_client: Any) -> None:
    """Commit the state, and what it waits for afterwards."""
    write = statements.write

    def torn(connection: Connection, writes: Sequence[statements.Write]) -> bool:
        state, waits = writes[:1], writes[1:]
        right = write(connection, state)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN")
        return write(connection, waits) and right

    statements.write = torn


MUTANTS: dict[str, Callable[[Any], None]] = {
    "acknowledge_before_commit": acknowledge_before_commit,
    "forget_idempotency_keys": forget_idempotency_keys,
    "check_no_revision": check_no_revision,
    "write_in_two_transactions": write_in_two_transactions,
}
