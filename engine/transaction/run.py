"""Run a command in one transaction: again if somebody was faster, or Unavailable."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy import Engine as Database
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from engine import store
from engine.errors import Unavailable
from engine.transaction.changes import Stale
from engine.transaction.unit_of_work import UnitOfWork

T = TypeVar("T")
ATTEMPTS = 5
# Deadlock and serialization failure: the transaction is gone, the request may be tried again.
_TRY_AGAIN = frozenset({"40P01", "40001"})


def run(
    database: Database,
    begin: Callable[[Connection], UnitOfWork],
    command: Callable[[UnitOfWork], T],
) -> T:
    """Do a command and commit once; return its result."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with store.writing(database) as connection:
                work = begin(connection)
                result = command(work)
                work.finish()
        except Stale:
            if attempt == ATTEMPTS:
                raise
        except (OperationalError, InterfaceError, DBAPIError) as error:
            if attempt == ATTEMPTS or not _worth_trying(error):
                raise _refusal(error) from error
        else:
            work.environment.audiences.update(work.new_audiences)
            return result
    raise Unavailable  # not reached: the last attempt raises


def _worth_trying(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        # The same request came at the same time: its answer is there now.
        return store.idempotency.name in str(error.orig)
    return getattr(error.orig, "sqlstate", None) in _TRY_AGAIN


def _refusal(error: DBAPIError) -> Exception:
    """Return Unavailable if the database is away or busy, else the error: a fault of ours."""
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return Unavailable(f"the database does not answer: {type(error.orig).__name__}")
    return error
