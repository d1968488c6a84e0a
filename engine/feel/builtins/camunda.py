"""Camunda's published additions to FEEL."""

import base64
import json
import uuid
from typing import Any

from engine.feel import temporal
from engine.feel.arithmetic import Wrong
from engine.feel.builtins.conversion import date_from
from engine.feel.builtins.lists import distinct
from engine.feel.builtins.patterns import SECONDS, pattern
from engine.feel.builtins.signature import signature
from engine.feel.builtins.strings import capped
from engine.feel.temporal import Date, DateTime
from engine.feel.text import to_json
from engine.feel.values import equal, plain


def is_empty(value: Any) -> bool:
    """Whether a list, context or string has nothing in it."""
    return len(value) == 0


def partition(items: list[Any], size: Any) -> list[Any]:
    """Cut into lists of a size."""
    if size < 1:
        raise Wrong("the size is not positive")
    return [items[i : i + int(size)] for i in range(0, len(items), int(size))]


def duplicates(items: list[Any]) -> list[Any]:
    """Values that stand more than once."""
    return [v for v in distinct(items) if sum(equal(v, each) is True for each in items) > 1]


def extract(text: str, search: str) -> list[str]:
    """Every match of a pattern."""
    return [match[0] for match in pattern(search).finditer(text, timeout=SECONDS)]


def from_json(text: str) -> Any:
    """Read JSON."""
    try:
        return plain(json.loads(text))
    except ValueError as error:
        raise Wrong(f"not JSON: {error}") from error


def last_day_of_month(value: Any) -> Any:
    """Last day of the month of a date."""
    date = date_from(value)
    last = Date(date.year, date.month, temporal.days_in_month(date.year, date.month))
    return DateTime(last, value.time) if isinstance(value, DateTime) else last


def assert_(value: Any, condition: Any, cause: Any = None) -> Any:
    """The value if the condition holds."""
    if condition is not True:
        raise Wrong(cause or "the assertion failed")
    return value


def is_blank(text: str) -> bool:
    """Whether there is nothing but white space."""
    return not text.strip()


def put_all(*contexts: Any) -> Any:
    """Merge contexts."""
    from engine.feel.builtins.contexts import context_merge

    return context_merge(*contexts)


def _add(parameters: str, call: Any, *, null: bool = False) -> list[Any]:
    return [signature(parameters, call, camunda=True, null=null)]


FUNCTIONS = {
    "is defined": _add("value: Any", lambda v: v is not None, null=True),
    "get or else": _add("value: Any, default: Any", lambda v, d: d if v is None else v, null=True),
    "assert": _add("value: Any, condition: Any, cause?: string", assert_, null=True),
    "is empty": _add("list: list", is_empty) + _add("context: context", is_empty),
    "is blank": _add("string: string", is_blank),
    "partition": _add("list: list, size: number", partition),
    "duplicate values": _add("list: list", duplicates),
    "string format": [],
    "trim": _add("string: string", str.strip),
    "extract": _add("string: string, pattern: string", extract),
    "uuid": _add("", lambda: str(uuid.uuid4())),
    "to base64": _add("value: string", lambda s: capped(base64.b64encode(s.encode()).decode())),
    "from json": _add("value: string", from_json),
    "to json": _add(
        "value: Any", lambda v: capped(json.dumps(to_json(v), ensure_ascii=False)), null=True
    ),
    "last day of month": _add("date: Any", last_day_of_month),
    "random number": [],
    "put": [],
    "put all": _add("c: context, cs*: context", put_all),
}
FUNCTIONS = {name: overloads for name, overloads in FUNCTIONS.items() if overloads}
