"""What `for`, `some`, `every`, filters and paths do; compiled expressions call these by name."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from engine.feel import caps
from engine.feel.properties import property_of
from engine.feel.run import BudgetExceeded, Run
from engine.feel.temporal import Date, civil_from_days
from engine.feel.values import Range, equal, is_number

_LIGHT = frozenset({int, bool, Decimal, type(None)})


def steps(low: Any, high: Any) -> Iterable[Any] | None:
    """Return what lies from low to high (numbers or dates), None when nothing does."""
    if is_number(low) and is_number(high) and low == int(low) and high == int(high):
        a, b = int(low), int(high)
        return range(a, b + 1) if a <= b else range(a, b - 1, -1)
    if isinstance(low, Date) and isinstance(high, Date):
        a, b = low.days, high.days
        days = range(a, b + 1) if a <= b else range(a, b - 1, -1)
        return (Date(*civil_from_days(day)) for day in days)
    return None


def listed(items: Iterable[Any] | None, run: Run) -> list[Any] | None:
    """`low..high` on its own, as boxed iterators hold it."""
    if items is None:
        return None
    found = []
    for item in items:
        run.budget.take()
        found.append(item)
    return found


def _iterable(value: Any) -> Iterable[Any] | None:
    if isinstance(value, list | range | Iterator):
        return value
    if not isinstance(value, Range):
        return None if value is None else [value]
    if value.low is None or value.high is None:
        return None
    found = steps(value.low, value.high)
    if found is not None and not value.low_closed:
        found = islice(iter(found), 1, None)
    if found is not None and not value.high_closed:
        found = (each for each in found if equal(each, value.high) is not True)
    return found


def _items(source: Any, run: Run, position: int) -> Iterable[Any] | None:
    found = _iterable(source)
    if found is None:
        run.warn("NOT_ITERABLE", "only a list or a range can be iterated", position)
    return found


def for_each(
    source: Any, body: Callable[[Any], Any], cost: int, run: Run, position: int
) -> list[Any] | None:
    """`for x in source return body`."""
    items = _items(source, run, position)
    if items is None:
        return None
    found: list[Any] = []
    budget = run.budget
    heavy = 0
    for item in items:
        budget.take(cost)
        value = body(item)
        if type(value) not in _LIGHT:
            heavy = _heavier(heavy, value)
        found.append(value)
    budget.take(heavy >> 5)
    return found


def _heavier(heavy: int, value: Any) -> int:
    heavy += 1 + (len(value) >> 4) if type(value) is str else caps.weight((value,))
    if heavy > caps.WEIGHT:
        raise BudgetExceeded(f"the list has more than {caps.WEIGHT} items in all")
    return heavy


class LoopResults(list[Any]):
    """The results so far of a loop, and what they weigh."""

    heavy = 0


def collect(fill: Callable[[LoopResults], bool], run: Run) -> list[Any] | None:
    """`for` with several iterators or with `partial`; `fill` puts the results into a list."""
    found = LoopResults()
    complete = fill(found)
    run.budget.take(found.heavy >> 5)
    return list(found) if complete else None


def put(found: LoopResults, value: Any) -> bool:
    """Put a result of the innermost loop into the list."""
    if type(value) not in _LIGHT:
        found.heavy = _heavier(found.heavy, value)
    found.append(value)
    return True


def each(source: Any, body: Callable[[Any], bool], cost: int, run: Run, position: int) -> bool:
    """Go through one of several iterators; false when there is nothing to go through."""
    items = _items(source, run, position)
    if items is None:
        return False
    take = run.budget.take
    for item in items:
        take(cost)
        if not body(item):
            return False
    return True


def partial(found: list[Any], run: Run) -> list[Any]:
    """`partial` as a value of its own: later results do not change it."""
    run.budget.take(len(found) >> 6)
    return list(found)


def quantify(
    hit: Any, source: Any, body: Callable[[Any], Any], cost: int, run: Run, position: int
) -> bool | None:
    """`some` (hit is true) and `every` (hit is false)."""
    items = _items(source, run, position)
    if items is None:
        return None
    unsure = False
    take = run.budget.take
    for item in items:
        take(cost)
        found = body(item)
        if found is hit:
            return bool(hit)
        if found is None:
            unsure = True
        elif not isinstance(found, bool):
            run.warn("INVALID_TYPE", "the condition is no boolean", position)
            return None
    return None if unsure else not hit


def as_list(source: Any) -> list[Any]:
    """Return what a filter goes through: a value is a list of one, null an empty list."""
    if type(source) is list or isinstance(source, list):
        return source
    return [] if source is None else [source]


def at_index(source: Any, index: Any, run: Run, position: int) -> Any:
    """`source[index]`: 1-based, from the end when negative; null outside."""
    items = as_list(source)
    whole = int(index)
    if whole != index or whole == 0 or abs(whole) > len(items):
        run.warn("OUT_OF_BOUNDS", f"there is no item {index} among {len(items)}", position)
        return None
    return items[whole - 1 if whole > 0 else whole]


def select(source: Any, condition: Callable[[Any], Any], cost: int, run: Run, position: int) -> Any:
    """`source[condition]`; a condition that is a number is an index."""
    items = as_list(source)
    budget = run.budget
    found = []
    for item in items:
        budget.take(cost)
        hit = condition(item)
        if hit is True:
            found.append(item)
        elif hit is not False and hit is not None:
            return _odd(items, hit, run, position)
    return found


def select_or_index(
    source: Any, condition: Callable[[Any], Any], cost: int, run: Run, position: int
) -> Any:
    """A filter that may be an index: of an empty list that is null, no empty list."""
    if as_list(source):
        return select(source, condition, cost, run, position)
    before = run.warnings and list(run.warnings)
    hit = condition(None)
    run.warnings = before  # there was no item to say something about
    return at_index([], hit, run, position) if is_number(hit) else []


def _odd(items: list[Any], hit: Any, run: Run, position: int) -> Any:
    if is_number(hit):
        return at_index(items, hit, run, position)
    run.warn("INVALID_FILTER", "the filter is neither boolean nor number", position)
    return None


def path(source: Any, name: str, run: Run, position: int) -> Any:
    """`source.name`; of a list, that of each item."""
    if type(source) is dict and name in source:
        return source[name]
    if isinstance(source, list):
        run.budget.take(len(source) >> 5)
    return property_of(source, name, run, position)
