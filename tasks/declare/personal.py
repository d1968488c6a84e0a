"""The mark on a column that holds something of a person: erasure and export follow it.

Every text beside a customer carries one of the two marks; a test fails on one without.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Table, or_, select

KEY = "personal"
CUSTOMERS = "crm_customer"


class Mention(Enum):
    """How a text gives a person away where it stands in somebody else's text."""

    NAME = "name"  # if it has two words: a first name may be anybody's
    PAPER = "paper"  # what a paper of theirs is called, if it is long enough


@dataclass(frozen=True, slots=True)
class Personal:
    """The mark: what is left when the person is erased, and where else the text may stand."""

    blank: Any = None  # None: null, or the empty value of the type
    numbered: bool = False  # unique texts become "forgotten-<id>"
    mention: Mention | None = None


NOT_PERSONAL: dict[str, Any] = {KEY: False}
# rows of this table belong to whom the row this key points at belongs
BELONGS: dict[str, Any] = {"belongs": True}
# the text is an address: rows belong to whoever has it
ADDRESS: dict[str, Any] = {"address": True}


def personal(
    blank: Any = None, *, numbered: bool = False, mention: Mention | None = None
) -> dict[str, Any]:
    """Return the `info` of a column with something personal."""
    return {KEY: Personal(blank, numbered, mention)}


def mark_of(column: Column[Any]) -> Personal | None:
    """Return the mark of a column that holds something personal."""
    found = column.info.get(KEY)
    return found if isinstance(found, Personal) else None


def empty(column: Column[Any], mark: Personal) -> Any:
    """Return what is left in the column when the person is erased."""
    if mark.numbered:
        return "forgotten-" + column.table.c.id.cast(column.type)
    if mark.blank is not None or column.nullable:
        return mark.blank
    if isinstance(column.type, JSON):
        default: Any = column.default
        return default.arg(None) if default is not None else {}
    return ""


def owned_by(table: Table, numbers: list[int], addresses: list[str]) -> ColumnElement[bool] | None:
    """Say in SQL which rows of a table are about these customers; None if no row ever is."""
    if table.name == CUSTOMERS:
        return table.c.id.in_(numbers)
    ways: list[ColumnElement[bool]] = []
    for column in table.columns:
        if column.name == "customer_id":
            ways.append(column.in_(numbers))
        elif column.info.get("address"):
            ways.append(column.in_(addresses))
        elif column.info.get("belongs"):
            parent = next(iter(column.foreign_keys)).column.table
            theirs = owned_by(parent, numbers, addresses)
            if theirs is not None:
                ways.append(column.in_(select(parent.c.id).where(theirs)))
    return or_(*ways) if ways else None
