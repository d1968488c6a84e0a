"""Who has a draft open now, by window; a window that says nothing for a while is gone."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from web.app.services import reading, writing
from web.app.tables import account
from web.studio.tables import presence

GONE = timedelta(seconds=25)


def seen(draft_id: int, window: str, username: str, file: str, at: datetime) -> None:
    """Note that somebody has a file of a draft open in a window."""
    mine = (presence.c.draft_id == draft_id) & (presence.c.window == window)
    row = {"username": username, "file": file[:300], "seen_at": at}
    with writing() as connection:
        connection.execute(delete(presence).where(presence.c.seen_at < at - GONE * 4))
        if connection.execute(update(presence).where(mine).values(row)).rowcount == 0:
            row |= {"draft_id": draft_id, "window": window}
            connection.execute(insert(presence).values(row))


def others(draft_id: int, window: str, at: datetime) -> list[tuple[str, str]]:
    """Return (name, file) of everybody else's windows, and of one's own other windows."""
    with reading() as connection:
        rows = connection.execute(
            select(account.c.display_name, presence.c.file)
            .join(account, account.c.username == presence.c.username)
            .where(
                presence.c.draft_id == draft_id,
                presence.c.window != window,
                presence.c.seen_at > at - GONE,
            )
            .order_by(account.c.display_name, presence.c.file)
        )
        return [(row.display_name, row.file) for row in rows]
