"""Filtered, sorted, paged reads of the engine tables, for whoever lists things.

A view names columns; a query asks for some rows of it; `find` answers one page with cursors.
Knows no HTTP and no API names beyond the words of the dialect.
"""

from engine.reads.search.find import Found, find, one
from engine.reads.search.query import Condition, Filter, Page, Query, Sort, equals
from engine.reads.search.view import View

__all__ = [
    "Condition",
    "Filter",
    "Found",
    "Page",
    "Query",
    "Sort",
    "View",
    "equals",
    "find",
    "one",
]
