"""Answer searches and questions by key from the views."""

from typing import Any

from sqlalchemy import ColumnElement

from engine.reads.search import Query, View, find, one
from web.api.problems import missing
from web.api.schemas.pages import page
from web.app.services import reading


def listed(view: View, query: Query, only: ColumnElement[bool] | None = None) -> dict[str, Any]:
    """Return a page of the view."""
    with reading() as connection:
        return page(find(connection, view, query, only))


def found(view: View, key: Any, only: ColumnElement[bool] | None = None) -> dict[str, Any]:
    """Return one row of the view, or say that there is none."""
    with reading() as connection:
        row = one(connection, view, key, only)
    return missing(view.name, key) if row is None else row
