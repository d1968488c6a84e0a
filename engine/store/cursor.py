"""PostgreSQL's cursor without what nobody asks it: psycopg looks up the type of every column."""

from typing import Any

from psycopg import Cursor


class PlainCursor(Cursor[Any]):
    """Describes columns by name and type number alone, which is what SQLAlchemy reads."""

    @property
    def description(self) -> Any:
        """Return a DB-API row per column; None if the statement gives no rows."""
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [
            ((result.fname(at) or b"").decode(), result.ftype(at), *_UNKNOWN)
            for at in range(result.nfields)
        ]


_UNKNOWN = (None,) * 5
