"""What is over may be deleted: instances with all they called."""

from sqlalchemy import delete as sql_delete

from engine import store
from engine.errors import Conflict, NotFound
from engine.reactions import call_activities
from engine.transaction.unit_of_work import Move

_instance = store.instance.c


def delete(move: Move, key: int) -> None:
    """Delete an ended instance, what it called, and everything known of them."""
    found = call_activities.members(move.connection, key)
    if not found:
        raise NotFound(f"no process instance {key}")
    running = [member for member, over in found if not over]
    if running:
        raise Conflict(f"process instance {running[0]} is not over")
    keys = [member for member, _ in found]
    move.connection.execute(sql_delete(store.instance).where(_instance.key.in_(keys)))
