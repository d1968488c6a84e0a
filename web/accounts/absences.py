"""Who stands in for whom now."""

from sqlalchemy import select

from web.app.services import now, reading
from web.app.tables import absence


def substitutes(holder: str, username: str, process_id: str) -> bool:
    """Return whether `username` stands in now for `holder`, in instances of this process."""
    column, at = absence.c, now()
    query = select(column.processes).where(
        column.username == holder,
        column.substitute == username,
        column.begins_at <= at,
        column.ends_at > at,
    )
    with reading() as connection:
        rows = connection.execute(query).scalars().all()
    return any(not processes or process_id in processes for processes in rows)
