"""What is over may be deleted: instances with all they called."""

from sqlalchemy import delete as sql_delete

from engine import store
from engine.errors import Conflict, NotFound
from engine.transaction import family
from engine.transaction.unit_of_work import UnitOfWork

_instance = store.instance.c


def delete(work: UnitOfWork, key: int) -> None:
    """Delete an ended instance, what it called, and everything known of them."""
    found = family.members(work.connection, key)
    if not found:
        raise NotFound(f"no process instance {key}")
    running = [member for member, over in found if not over]
    if running:
        raise Conflict(f"process instance {running[0]} is not over")
    keys = [member for member, _ in found]
    work.connection.execute(sql_delete(store.instance).where(_instance.key.in_(keys)))
