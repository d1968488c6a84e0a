"""Full-text indexes for parts of words: FTS5 (trigrams) on SQLite, pg_trgm on PostgreSQL.

A subject declares which columns of a table are searched for parts of words. On SQLite a virtual
table `search_<table>` follows the table by triggers; on PostgreSQL GIN indexes do it themselves.
Neither is in the metadata: they hold nothing that is not in the columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    String,
    column,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute

SHORTEST = 3  # letters that an index of trigrams can find
Part = tuple[InstrumentedAttribute[str], str]  # a column and what is looked for in it


@dataclass(frozen=True, slots=True)
class Searched:
    """The columns of a table that are searched for parts of words; its key is `id`."""

    table: str
    columns: tuple[str, ...]

    @property
    def index(self) -> str:
        """Return what the index, or what begins its name, is called."""
        return f"search_{self.table}"


def install(connection: Connection, searches: Iterable[Searched]) -> None:
    """Put the indexes in place and fill them from the tables; needs the tables."""
    write = _postgresql if connection.dialect.name == "postgresql" else _sqlite
    for each in searches:
        for statement in write(each):
            connection.execute(text(statement))


def remove_all(connection: Connection, searches: Iterable[Searched]) -> None:
    """Take the indexes away: the tables are about to be changed."""
    for each in searches:
        if connection.dialect.name == "postgresql":
            for name in each.columns:
                connection.execute(text(f"DROP INDEX IF EXISTS {each.index}_{name}"))
        else:
            for moment in ("insert", "update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {each.index}_{moment}"))
            connection.execute(text(f"DROP TABLE IF EXISTS {each.index}"))


def installed(connection: Connection, searches: Iterable[Searched]) -> bool:
    """Return whether all of them are there."""
    if connection.dialect.name == "postgresql":
        wanted = {f"{each.index}_{name}" for each in searches for name in each.columns}
        query = "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'search_%'"
    else:
        wanted = {f"{each.index}_insert" for each in searches}
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search_%'"
    return wanted <= set(connection.execute(text(query)).scalars())


def newest_with(dialect: str, parts: Sequence[Part], most: int) -> Select[int]:
    """Select the newest `id`s, at most so many, of rows with one of the parts in its column.

    All columns are of one table. Parts of fewer than 3 letters are looked for without the index.
    """
    model = parts[0][0].class_
    if dialect == "sqlite" and all(len(part) >= SHORTEST for _, part in parts):
        name = f"search_{model.__tablename__}"
        row = column("rowid", Integer)
        index = table(name, row)
        wanted = " OR ".join(f"{{{col.key}}} : {_quoted(part)}" for col, part in parts)
        match = literal_column(name, String()).op("MATCH")(wanted)
        found = select(row.label("id")).select_from(index).where(match).order_by(row.desc())
    else:
        spellings = [col.contains(part, autoescape=True) for col, part in parts]
        found = select(model.id.label("id")).where(or_(*spellings)).order_by(model.id.desc())
    part = found.limit(most).subquery()
    return select(part.c.id)


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _sqlite(searched: Searched) -> Iterable[str]:
    name, of = searched.index, searched.table
    columns = ", ".join(searched.columns)
    new = ", ".join(f"new.{each}" for each in searched.columns)
    old = ", ".join(f"old.{each}" for each in searched.columns)
    add = f"INSERT INTO {name} (rowid, {columns}) VALUES (new.id, {new});"  # noqa: S608 - names of our own
    take = (
        f"INSERT INTO {name} ({name}, rowid, {columns}) "  # noqa: S608 - names of our own
        f"VALUES ('delete', old.id, {old});"
    )
    yield (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5({columns}, "
        f"content='{of}', content_rowid='id', tokenize='trigram')"
    )
    for moment, what in (
        ("INSERT", add),
        ("DELETE", take),
        (f"UPDATE OF {columns}", take + " " + add),
    ):
        trigger = f"{name}_{moment.split()[0].lower()}"
        yield f"DROP TRIGGER IF EXISTS {trigger}"
        yield f"CREATE TRIGGER {trigger} AFTER {moment} ON {of} BEGIN {what} END"
    yield f"INSERT INTO {name} ({name}) VALUES ('rebuild')"  # noqa: S608 - names of our own


def _postgresql(searched: Searched) -> Iterable[str]:
    yield "CREATE EXTENSION IF NOT EXISTS pg_trgm"
    for name in searched.columns:
        yield (
            f"CREATE INDEX IF NOT EXISTS {searched.index}_{name} "
            f"ON {searched.table} USING gin ({name} gin_trgm_ops)"
        )
