"""What is over may be deleted: instances with all they called."""

from sqlalchemy import delete as sql_delete
from sqlalchemy import literal, select

from engine import store
from engine.errors import Conflict, NotFound
from engine.verbs.move import Move

_instance = store.instance.c


def delete(move: Move, key: int) -> None:
    """Delete an ended instance, what it called, and everything known of them."""
    found = family(move, key)
    if not found:
        raise NotFound(f"no process instance {key}")
    running = [member for member, over in found if not over]
    if running:
        raise Conflict(f"process instance {running[0]} is not over")
    keys = [member for member, _ in found]
    move.connection.execute(sql_delete(store.instance).where(_instance.key.in_(keys)))


def family(move: Move, key: int) -> list[tuple[int, bool]]:
    """List an instance and all it called, however deep, and whether each is over."""
    first = select(literal(key).label("key")).cte("family", recursive=True)
    child = store.instance.alias("child")
    called = select(child.c.key).join(first, child.c.parent_instance_key == first.c.key)
    all_ = first.union_all(called)
    found = select(_instance.key, _instance.ended_at.is_not(None)).join(
        all_, all_.c.key == _instance.key
    )
    return [(row[0], bool(row[1])) for row in move.connection.execute(found)]
