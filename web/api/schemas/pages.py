"""A page of answers."""

from typing import Any

from marshmallow import fields

from engine.reads.search import Found
from web.api.fields import Answer, Flag, Text, Whole


class PageResult(Answer):
    """Where the page lies in the whole list."""

    total_items = Whole()
    has_more_total_items = Flag(dump_default=False)
    start_cursor = Text(allow_none=True)
    end_cursor = Text(allow_none=True)


def page_of(item: type[Answer], **more: fields.Field[Any]) -> type[Answer]:
    """Make the schema of a page of items."""
    name = item.__name__.removesuffix("Result")
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), dump_default=list),
        "page": fields.Nested(PageResult),
        "__doc__": f"A page of {name}.",
    }
    return type(f"{name}SearchQueryResult", (Answer,), members | more)


def page(found: Found) -> dict[str, Any]:
    """Return the answer to a search."""
    return {
        "items": found.items,
        "page": {
            "total_items": found.total,
            "has_more_total_items": found.more,
            "start_cursor": found.start,
            "end_cursor": found.end,
        },
    }
