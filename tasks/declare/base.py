"""What every record shares: naming, times in UTC, who made it, and an optimistic lock."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import JSON, CheckConstraint, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from engine.store.types import UtcDateTime
from tasks.declare.personal import NOT_PERSONAL

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of all customer records; its metadata is apart from the engine's."""

    metadata = MetaData(naming_convention=NAMING)
    # what erasing a person does with rows about them: "blank" marked columns, or "delete" the rows
    __erasure__: ClassVar[Literal["blank", "delete"]] = "blank"
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
        str: String(),
    }


class Made:
    """When a record was made and by whom (a user name, or "" for the system)."""

    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)


class Versioned(Made):
    """A record people edit: a second editor who saw an older version is refused."""

    updated_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        """Count versions at each change."""
        return {"version_id_col": cls.version}


def one_of(column: str, *allowed: str) -> CheckConstraint:
    """Allow only these words in a column."""
    words = ", ".join(f"'{word}'" for word in allowed)
    return CheckConstraint(f"{column} IN ({words})", name=column)
