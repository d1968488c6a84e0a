"""Short words for the tables of a migration; every table has a number, who made it and when."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT, made


@dataclass(frozen=True, slots=True)
class Part:
    """A column, or a rule, that needs to know its table."""

    make: Callable[[str], list[sa.schema.SchemaItem]]
    after: Callable[[str], None] | None = None


def create(table: str, *parts: Part, edited: bool = True) -> None:
    """Create a table; `edited` ones count the versions of a row."""
    versions: list[sa.schema.SchemaItem] = []
    if edited:
        versions = [_column("updated_at", INSTANT, empty=True), _column("version", sa.Integer())]
    columns = [item for part in parts for item in part.make(table)]
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, _column("id", sa.Integer()), *columns, *versions, *made(), key)
    for part in parts:
        if part.after is not None:
            part.after(table)


def text(name: str, *, empty: bool = False) -> Part:
    return _part(name, sa.String(), empty)


def whole(name: str, *, empty: bool = False) -> Part:
    return _part(name, sa.Integer(), empty)


def big(name: str, *, empty: bool = False) -> Part:
    return _part(name, sa.BigInteger(), empty)


def number(name: str, *, empty: bool = False) -> Part:
    return _part(name, sa.Double(), empty)


def yes(name: str, *, empty: bool = False) -> Part:
    return _part(name, sa.Boolean(), empty)


def day(name: str, *, empty: bool = False) -> Part:
    return _part(name, sa.Date(), empty)


def instant(name: str, *, empty: bool = False) -> Part:
    return _part(name, INSTANT, empty)


def json(name: str, *, empty: bool = False) -> Part:
    return _part(name, sa.JSON(), empty)


def to(name: str, other: str, *, empty: bool = False) -> Part:
    """Point at the number of a row of another table."""
    return Part(
        lambda table: [
            _column(name, sa.Integer(), empty=empty),
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}")),
        ]
    )


def one_of(name: str, *words: str) -> Part:
    """Allow only these words in a column."""
    rule = f"{name} IN ({', '.join(repr(word) for word in words)})"
    return Part(lambda table: [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))])


def unique(*names: str) -> Part:
    tail = "_".join(names)
    return Part(lambda table: [sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{tail}"))])


def index(*names: str) -> Part:
    tail = "_".join(names)
    return Part(
        lambda _: [],
        lambda table: op.create_index(op.f(f"ix_{table}_{tail}"), table, list(names)),
    )


def _part(name: str, kind: sa.types.TypeEngine[Any], empty: bool) -> Part:  # noqa: FBT001
    return Part(lambda _: [_column(name, kind, empty=empty)])


def _column(name: str, kind: sa.types.TypeEngine[Any], *, empty: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=empty)
