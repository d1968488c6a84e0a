"""Camunda's published additions to FEEL."""

import base64
import json
import random
import uuid
from typing import Any

from engine.feel import caps, temporal
from engine.feel.arithmetic import OperandError, Unmet
from engine.feel.builtins import patterns
from engine.feel.builtins.contexts import context_merge, context_put
from engine.feel.builtins.conversion import date_from
from engine.feel.builtins.lists import Seen
from engine.feel.run import Run
from engine.feel.signature import signature
from engine.feel.temporal import Date, DateTime, DaysTime, YearsMonths
from engine.feel.text import to_json
from engine.feel.values import plain


def is_empty(value: Any) -> bool:
    """Whether there is nothing in it."""
    return len(value) == 0


def partition(items: list[Any], size: Any) -> list[Any]:
    """Cut into lists of a size."""
    if size < 1:
        raise OperandError("the size is not positive")
    step = int(size)
    return [items[i : i + step] for i in range(0, len(items), step)]


def duplicates(run: Run, items: list[Any]) -> list[Any]:
    """Values that stand more than once, in the order they first stand."""
    seen, twice = Seen(run), Seen(run)
    for item in items:
        if not seen.add(item):
            twice.add(item)
    once = Seen(run)
    return [item for item in items if item in twice and once.add(item)]


def extract(run: Run, text: str, search: str) -> list[str]:
    """Every match of a pattern."""
    return patterns.find_all(run, text, search)


def from_json(run: Run, text: str) -> Any:
    """Read JSON."""
    run.budget.take(len(text) >> 5)
    try:
        return plain(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise OperandError(f"not JSON: {error}") from error


def json_text(value: Any) -> str:
    """JSON, temporal values in ISO form."""
    return caps.text(json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":")))


def last_day_of_month(value: Any) -> Date:
    """Last day of the month of a date."""
    date = date_from(value)
    return Date(date.year, date.month, temporal.days_in_month(date.year, date.month))


def in_zone(value: DateTime, zone: str) -> DateTime:
    """The same instant in another zone; local time counts as UTC."""
    time = temporal.read_time(f"00:00:00{zone if _offset(zone) else '@' + zone}")
    found = None if time is None else temporal.from_instant(value.instant, time)
    if found is None:
        raise OperandError(f"there is no zone {zone!r}")
    return found


def cycle(repetitions: Any, interval: Any) -> str:
    """The cycle of a timer as text; without repetitions it goes on for ever."""
    if not isinstance(interval, DaysTime | YearsMonths):
        raise OperandError("the interval is no duration")
    if repetitions is not None and (repetitions < 0 or repetitions != int(repetitions)):
        raise OperandError("the repetitions are no whole number")
    return f"R{'' if repetitions is None else int(repetitions)}/{to_json(interval)}"


def _offset(zone: str) -> bool:
    return zone == "Z" or zone.startswith(("+", "-"))


def assert_(value: Any, condition: Any, cause: Any = None) -> Any:
    """The value if the condition holds, else null with the cause as warning."""
    if condition is not True:
        raise Unmet(cause or "the condition does not hold")
    return value


def encoded(text: str) -> str:
    """Base64 of the text in UTF-8."""
    return caps.text(base64.b64encode(text.encode("utf-8", "replace")).decode())


def random_number() -> Any:
    """A number from 0 to less than 1; for samples, not for secrets."""
    return plain(random.random())  # noqa: S311 - no secret is made of it


def _camunda(parameters: str, call: Any, **flags: Any) -> list[Any]:
    return [signature(parameters, call, camunda=True, **flags)]


FUNCTIONS = {
    "is defined": _camunda("value: Any", lambda v: v is not None, null=True),
    "get or else": _camunda("value: Any, default: Any", lambda v, d: d if v is None else v),
    "assert": _camunda("value: Any, condition: Any, cause?: string", assert_),
    "is empty": [
        *_camunda("context: context", is_empty),
        *_camunda("string: string", is_empty),
        *_camunda("list: list", is_empty),  # last: a value would be a list of one
    ],
    "is blank": _camunda("string: string", lambda s: not s.strip()),
    "partition": _camunda("list: list, size: number", partition, grows=True),
    "duplicate values": _camunda("list: list", duplicates, run=True, deep=True),
    "trim": _camunda("string: string", str.strip),
    "extract": _camunda("string: string, pattern: string", extract, run=True),
    "uuid": _camunda("", lambda: str(uuid.uuid4())),
    "random number": _camunda("", random_number),
    "to base64": _camunda("value: string", encoded),
    "from json": _camunda("value: string", from_json, run=True, grows=True),
    "to json": _camunda("value: Any", json_text, null=True, deep=True, cost=4),
    "last day of month": _camunda("date: Any", last_day_of_month),
    "date and time": _camunda("date: date and time, timezone: string", in_zone),
    "cycle": [
        *_camunda("repetitions: number, interval: Any", cycle, null=True),
        *_camunda("interval: Any", lambda interval: cycle(None, interval)),
    ],
    "put": [
        *_camunda("context: context, key: string, value: Any", context_put, grows=True),
        *_camunda("context: context, keys: list<string>, value: Any", context_put, grows=True),
    ],
    "put all": _camunda("context: context, contexts*: context", context_merge, grows=True),
    "fromAi": _camunda(
        "value: Any, description?: string, type?: string, schema?: context, options?: context",
        lambda value, *_: value,
    ),
}
