"""A kind of record that files and programs read and write by the ids of their own systems."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from tasks.declare.base import Base

# what we keep about a row ourselves, or what only our processes know
OURS = frozenset(
    {"id", "version", "created_at", "created_by", "updated_at", "demo", "job_key", "position"}
)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """Its name in addresses and files, its table, and columns that nobody outside writes."""

    name: str
    model: type[Base]
    ours: frozenset[str] = frozenset()

    @property
    def table(self) -> Table:
        """Return the table."""
        found = self.model.__table__
        assert isinstance(found, Table)  # noqa: S101 - a mapped class has one
        return found

    @property
    def columns(self) -> list[Column[Any]]:
        """Return what is read and written; whose a record is, is said in another way."""
        hidden = OURS | self.ours | {"customer_id"}
        return [column for column in self.table.columns if column.name not in hidden]

    @property
    def of_customer(self) -> bool:
        """Return whether each record is a customer's."""
        return "customer_id" in self.table.c
