"""Lists (DMN 10.3.4.4)."""

from decimal import Decimal
from typing import Any

from engine.feel.arithmetic import OperandError
from engine.feel.calls import call
from engine.feel.run import Run
from engine.feel.signature import signature
from engine.feel.temporal import Date, DaysTime, YearsMonths
from engine.feel.values import Function, equal, less, order_key


def contains(items: list[Any], element: Any) -> bool:
    """Return whether an element is in the list."""
    return any(equal(item, element) is True for item in items)


class Seen:
    """Values met so far; those that cannot be hashed are compared one by one, which costs steps."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._hashed: set[tuple[type, Any]] = set()
        self._others: list[Any] = []

    def __contains__(self, value: Any) -> bool:
        kind = _HASHED.get(type(value))
        if kind is not None:
            return (kind, value) in self._hashed
        self._run.budget.take(1 + (len(self._others) >> 2))
        return contains(self._others, value)

    def add(self, value: Any) -> bool:
        """Take a value in; answer whether it is new."""
        if value in self:
            return False
        kind = _HASHED.get(type(value))
        if kind is None:
            self._others.append(value)
        else:
            self._hashed.add((kind, value))
        return True


_HASHED: dict[type, type] = {
    str: str,
    bool: bool,
    int: int,
    Decimal: int,  # 1 and 1.0 are one number
    Date: Date,
    DaysTime: DaysTime,
    YearsMonths: YearsMonths,
}


def distinct(run: Run, items: list[Any]) -> list[Any]:
    """Each value once, in order."""
    seen = Seen(run)
    return [item for item in items if seen.add(item)]


def union(run: Run, *lists: Any) -> list[Any]:
    """The values of all lists, each once."""
    return distinct(run, joined(*lists))


def sublist(items: list[Any], start: Any, length: Any = None) -> list[Any]:
    """Cut from a 1-based position, from the end when negative."""
    at = int(start)
    if at == 0 or abs(at) > len(items) or (length is not None and int(length) < 0):
        raise OperandError("the start position lies outside the list")
    begin = at - 1 if at > 0 else len(items) + at
    if length is None:
        return items[begin:]
    if begin + int(length) > len(items):
        raise OperandError("the list is shorter")
    return items[begin : begin + int(length)]


def _place(items: list[Any], position: Any, *, room: int = 0) -> int:
    at = int(position)
    if at == 0 or abs(at) > len(items) + room:
        raise OperandError("the position lies outside the list")
    return at - 1 if at > 0 else len(items) + at


def remove(items: list[Any], position: Any) -> list[Any]:
    """Without the item at a position."""
    at = _place(items, position)
    return items[:at] + items[at + 1 :]


def insert_before(items: list[Any], position: Any, item: Any) -> list[Any]:
    """With an item before a position."""
    at = _place(items, position)
    return [*items[:at], item, *items[at:]]


def list_replace(run: Run, items: list[Any], position: Any, item: Any) -> list[Any]:
    """With other items at a position, or wherever a function says so."""
    if isinstance(position, Function):
        if len(position.parameters) != 2:
            raise OperandError("the match function takes two arguments")
        found = []
        for each in items:
            hit = invoke(run, position, each, item)
            if not isinstance(hit, bool):
                raise OperandError("the match function answers no boolean")
            found.append(item if hit else each)
        return found
    at = _place(items, position)
    return [*items[:at], item, *items[at + 1 :]]


def flatten(items: list[Any]) -> list[Any]:
    """Lists in lists as one list."""
    found: list[Any] = []
    for item in items:
        if isinstance(item, list):
            found.extend(flatten(item))
        else:
            found.append(item)
    return found


def sort(run: Run, items: list[Any], precedes: Any = None) -> list[Any]:
    """Stable order by a function, or the natural one."""
    if precedes is None:
        return _sorted(items)
    if len(precedes.parameters) != 2:
        raise OperandError("the precedes function takes two arguments")

    def before(a: Any, b: Any) -> bool:
        run.budget.take()
        return invoke(run, precedes, a, b) is True

    return _merge_sort(items, before)


def _sorted(items: list[Any]) -> list[Any]:
    keys = [key for item in items if (key := order_key(item)) is not None]
    if len(keys) < len(items) or len({kind for kind, _ in keys}) > 1:
        raise OperandError("the items have no common order")
    places = sorted(range(len(items)), key=lambda place: keys[place])
    return [items[place] for place in places]


def invoke(run: Run, function: Any, *arguments: Any) -> Any:
    """Return what a function that was given as argument gives."""
    return call(function, arguments, None, run, 0)


def _merge_sort(items: list[Any], before: Any) -> list[Any]:
    if len(items) < 2:
        return list(items)
    middle = len(items) // 2
    left, right = _merge_sort(items[:middle], before), _merge_sort(items[middle:], before)
    merged: list[Any] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if before(right[j], left[i]):
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    return merged + left[i:] + right[j:]


def extreme(items: list[Any], *, least: bool) -> Any:
    """The smallest or largest item; null of an empty list."""
    if not items:
        return None
    found = items[0]
    for item in items[1:]:
        earlier = less(item, found) if least else less(found, item)
        if earlier is None:
            raise OperandError("the items have no common order")
        if earlier:
            found = item
    return found


def all_of(items: list[Any]) -> Any:
    """True when all are true, false when one is false, else null."""
    if False in [item for item in items if isinstance(item, bool)]:
        return False
    return True if all(item is True for item in items) else None


def any_of(items: list[Any]) -> Any:
    """True when one is true, false when all are false, else null."""
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


def several(*items: Any) -> list[Any]:
    """Return the items of one list, or all arguments as a list."""
    return list(items[0]) if len(items) == 1 and isinstance(items[0], list) else list(items)


def joined(*lists: Any) -> list[Any]:
    """All items of all lists; what is no list is an item."""
    return [item for each in lists for item in (each if isinstance(each, list) else [each])]


FUNCTIONS = {
    "list contains": [signature("list: list, element: Any", contains, deep=True, cost=2)],
    "count": [signature("list: list", len)],
    "min": [
        signature("list: list", lambda items: extreme(items, least=True), cost=4),
        signature("c: Any, cs*: Any", lambda *i: extreme(list(i), least=True), null=True),
    ],
    "max": [
        signature("list: list", lambda items: extreme(items, least=False), cost=4),
        signature("c: Any, cs*: Any", lambda *i: extreme(list(i), least=False), null=True),
    ],
    "all": [
        signature("list: list", all_of, cost=2),
        signature("b: Any, bs*: Any", lambda *i: all_of(list(i)), null=True),
    ],
    "any": [
        signature("list: list", any_of, cost=2),
        signature("b: Any, bs*: Any", lambda *i: any_of(list(i)), null=True),
    ],
    "and": [
        signature("list: list", all_of, cost=2),
        signature("b: Any, bs*: Any", lambda *i: all_of(list(i)), null=True),
    ],
    "or": [
        signature("list: list", any_of, cost=2),
        signature("b: Any, bs*: Any", lambda *i: any_of(list(i)), null=True),
    ],
    "sublist": [signature("list: list, start position: number, length?: number", sublist)],
    "append": [
        signature("list: list, item*: Any", lambda items, *more: [*items, *more], grows=True)
    ],
    "concatenate": [signature("list: list, lists*: list", joined, grows=True)],
    "insert before": [
        signature("list: list, position: number, newItem: Any", insert_before, grows=True)
    ],
    "remove": [signature("list: list, position: number", remove)],
    "list replace": [
        signature("list: list, position: number, newItem: Any", list_replace, run=True, grows=True),
        signature("list: list, match: function, newItem: Any", list_replace, run=True, grows=True),
    ],
    "reverse": [signature("list: list", lambda items: items[::-1])],
    "index of": [
        signature(
            "list: list, match: Any",
            lambda items, match: [
                i for i, item in enumerate(items, 1) if equal(item, match) is True
            ],
            deep=True,
            cost=2,
        )
    ],
    "union": [signature("list: list, lists*: list", union, run=True, deep=True)],
    "distinct values": [signature("list: list", distinct, run=True, deep=True)],
    "flatten": [signature("list: list", flatten, deep=True)],
    "sort": [signature("list: list, precedes?: function", sort, run=True, cost=4)],
}
