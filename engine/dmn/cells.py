"""Cells of a table as sets of values, so that rows can be compared without running them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine import feel
from engine.dmn.language import kind_of
from engine.feel.values import order_key

_CONSTANT = re.compile(
    r"""\s*(?:-?\d+(?:\.\d+)?|-?\.\d+|"(?:[^"\\]|\\.)*"|@"[^"]*"|true|false|null
    |(?:date\ and\ time|date|time|duration)\s*\(\s*"[^"]*"\s*\))\s*""",
    re.VERBOSE,
)
_COMPARISON = re.compile(r"\s*(<=|>=|!=|<|>|=)(.*)", re.DOTALL)
_INTERVAL = re.compile(r"\s*([\[\](])(.*?)\.\.(.*)([\[\])])\s*", re.DOTALL)
_NOT = re.compile(r"\s*not\s*\((.*)\)\s*", re.DOTALL)
ORDERED = frozenset(
    {
        "number",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)


@dataclass(frozen=True, slots=True)
class Interval:
    """Values between two ends; an end of None is open for ever."""

    low: Any
    high: Any
    low_in: bool = False
    high_in: bool = False


@dataclass(frozen=True, slots=True)
class ValueSet:
    """What a cell accepts: these intervals and constants, or all but these."""

    intervals: tuple[Interval, ...] = ()
    constants: tuple[Any, ...] = ()
    negated: bool = False
    anything: bool = False

    @property
    def kinds(self) -> set[str]:
        """The types of the values it names."""
        ends = [end for each in self.intervals for end in (each.low, each.high)]
        return {kind_of(value) for value in (*self.constants, *ends) if value is not None}


def read(text: str) -> ValueSet | None:
    """Return the cell as a set of values, or None when it is a formula."""
    text = text.strip()
    if text in ("", "-"):
        return ValueSet(anything=True)
    negated = _NOT.fullmatch(text)
    found = _tests(negated.group(1) if negated else text)
    if found is None:
        return None
    return ValueSet(found.intervals, found.constants, negated=bool(negated))


def _tests(text: str) -> ValueSet | None:
    intervals: list[Interval] = []
    constants: list[Any] = []
    for part in split(text):
        found = _one(part)
        if found is None:
            return None
        intervals.extend(found.intervals)
        constants.extend(found.constants)
    return ValueSet(tuple(intervals), tuple(constants))


def _one(text: str) -> ValueSet | None:
    readers: list[Callable[[str], ValueSet | None]] = [_constant, _comparison, _interval]
    return next((cell for cell in (each(text) for each in readers) if cell is not None), None)


def _constant(text: str) -> ValueSet | None:
    value = constant(text)
    return None if value is _NONE else ValueSet(constants=(value,))


def _comparison(text: str) -> ValueSet | None:
    match = _COMPARISON.fullmatch(text)
    if match is None:
        return None
    operator, value = match.group(1), constant(match.group(2))
    if value is _NONE or value is None:
        return None
    if operator == "=":
        return ValueSet(constants=(value,))
    if operator == "!=":
        return ValueSet(intervals=(Interval(None, value), Interval(value, None)))
    inclusive = operator.endswith("=")
    if operator.startswith("<"):
        return ValueSet(intervals=(Interval(None, value, high_in=inclusive),))
    return ValueSet(intervals=(Interval(value, None, low_in=inclusive),))


def _interval(text: str) -> ValueSet | None:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        return None
    low, high = constant(match.group(2)), constant(match.group(3))
    if _NONE in (low, high) or low is None or high is None:
        return None
    return ValueSet(intervals=(Interval(low, high, match.group(1) == "[", match.group(4) == "]"),))


class _Missing:
    """No constant is written there."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


_NONE: Any = _Missing()


def constant(text: str) -> Any:
    """Return the value of a literal, or the mark for "not a literal"."""
    if not _CONSTANT.fullmatch(text):
        return _NONE
    value = feel.evaluate(text.strip(), {}).value
    return _NONE if value is None and text.strip() != "null" else value


def is_constant(value: Any) -> bool:
    """Return whether `constant` found one."""
    return value is not _NONE


def split(text: str) -> Iterator[str]:
    """Return the parts between the commas outside quotes (of a formula: pieces of no meaning)."""
    start, quoted = 0, False
    for index, character in enumerate(text):
        if character == '"' and text[index - 1 : index] != "\\":
            quoted = not quoted
        elif character == "," and not quoted:
            yield text[start:index]
            start = index + 1
    yield text[start:]


def order(value: Any) -> tuple[str, Any]:
    """Return something Python sorts in the order of FEEL; values of one kind only."""
    return order_key(value) or ("", str(value))
