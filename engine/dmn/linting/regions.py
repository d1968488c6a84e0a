"""Rows of a table as boxes over the distinct values of its columns: overlaps, gaps, shadows.

Each column is cut at every value its cells name: `< 18` and `>= 18` make two classes. A row is one
bit mask for each column, so comparing two rows is one `and` for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import and_
from typing import Any

from engine.dmn.cells import ORDERED, Interval, ValueSet, order
from engine.dmn.language import equal, say

Box = tuple[int, ...]
_NULL = "not given"
_FRAGMENTS = 1_000  # give up beyond this


@dataclass(frozen=True, slots=True)
class Axis:
    """The classes of values of one column, in words, and the masks of its cells.

    The last class is null: no value was given.
    """

    words: tuple[str, ...]
    masks: tuple[int | None, ...]  # for each row; None for a formula

    @property
    def everything(self) -> int:
        """All classes."""
        return (1 << len(self.words)) - 1

    @property
    def given(self) -> int:
        """All classes but null."""
        return self.everything >> 1


def axis(cells: Sequence[ValueSet | None], allowed: ValueSet | None) -> Axis | None:
    """Return the classes of a column; None when its values cannot be ordered."""
    known = [cell for cell in (*cells, allowed) if cell is not None]
    kinds = set().union(*(cell.kinds for cell in known)) if known else set()
    if len(kinds) > 1:
        return None
    ruler: _Named | _Ordered | None = _Named(known, allowed)
    if kinds and kinds <= ORDERED:
        ruler = _ordered(known)
    if ruler is None:
        return None
    masks = tuple(None if cell is None else ruler.mask(cell) for cell in cells)
    found = Axis(ruler.words, masks)
    return found if allowed is None else _limited(found, ruler.mask(allowed))


class _Named:
    """Cuts a column of texts or booleans: one class for each value, one for all others."""

    def __init__(self, cells: Sequence[ValueSet], allowed: ValueSet | None) -> None:
        self.values: list[Any] = []
        for cell in cells:
            self._add(cell.constants)
        closed = allowed is not None
        if any(isinstance(value, bool) for value in self.values):
            self.values, closed = [True, False], True
        others = () if closed else ("any other value",)
        self.words = (*map(say, self.values), *others, _NULL)

    def _add(self, constants: Sequence[Any]) -> None:
        for value in constants:
            if value is not None and not any(equal(value, other) for other in self.values):
                self.values.append(value)

    def mask(self, cell: ValueSet) -> int:
        """Return the classes a cell accepts."""
        every = (1 << len(self.words)) - 1
        if cell.anything:
            return every
        bits = 1 << len(self.words) - 1 if None in cell.constants else 0
        for index, value in enumerate(self.values):
            if any(equal(value, constant) for constant in cell.constants):
                bits |= 1 << index
        return every & ~bits if cell.negated else bits


def _ordered(cells: Sequence[ValueSet]) -> "_Ordered | None":
    points = {order(value): value for cell in cells for value in _ends(cell)}
    if len({kind for kind, _ in points}) > 1:  # local times beside times with a zone
        return None
    return _Ordered(points)


class _Ordered:
    """Cuts a column of numbers, dates or durations at every value its cells name."""

    def __init__(self, points: Mapping[Any, Any]) -> None:
        keys = sorted(points)
        # classes: below the first, the first, between, the second, ..., above the last, null
        self.words = _ordered_words([points[key] for key in keys])
        self._places = {key: 2 * index + 1 for index, key in enumerate(keys)}

    def mask(self, cell: ValueSet) -> int:
        """Return the classes a cell accepts."""
        every = (1 << len(self.words)) - 1
        if cell.anything:
            return every
        bits = 0
        for each in cell.intervals:
            bits |= self._interval(each)
        for value in cell.constants:
            bits |= 1 << (len(self.words) - 1 if value is None else self._places[order(value)])
        return every & ~bits if cell.negated else bits

    def _interval(self, each: Interval) -> int:
        low, high = 0, len(self.words) - 2
        if each.low is not None:
            low = self._places[order(each.low)] + (0 if each.low_in else 1)
        if each.high is not None:
            high = self._places[order(each.high)] - (0 if each.high_in else 1)
        return ((1 << (high + 1)) - 1) & ~((1 << low) - 1) if high >= low else 0


def _ends(cell: ValueSet) -> list[Any]:
    ends = [end for each in cell.intervals for end in (each.low, each.high)]
    return [value for value in (*cell.constants, *ends) if value is not None]


def _ordered_words(values: list[Any]) -> tuple[str, ...]:
    if not values:
        return ("any value", _NULL)
    words = [f"less than {say(values[0])}"]
    for index, value in enumerate(values):
        words.append(say(value))
        following = values[index + 1] if index + 1 < len(values) else None
        after = f"more than {say(value)}"
        words.append(after if following is None else f"between {say(value)} and {say(following)}")
    return (*words, _NULL)


def _limited(found: Axis, limit: int) -> Axis:
    """Return the axis with only the classes that are allowed values."""
    limit |= 1 << len(found.words) - 1
    kept = [index for index in range(len(found.words)) if limit >> index & 1]

    def squeeze(mask: int | None) -> int | None:
        if mask is None:
            return None
        return sum(1 << new for new, old in enumerate(kept) if mask >> old & 1)

    words = tuple(found.words[index] for index in kept)
    return Axis(words, tuple(squeeze(mask) for mask in found.masks))


def overlap(one: Box, other: Box) -> bool:
    """Return whether some input fits both boxes."""
    return all(map(and_, one, other))


def subtract(boxes: list[Box], taken: Box) -> list[Box]:
    """Return what is left of the boxes without `taken`."""
    left: list[Box] = []
    for box in boxes:
        if not overlap(box, taken):
            left.append(box)
            continue
        rest = list(box)
        for index, (have, take) in enumerate(zip(box, taken, strict=True)):
            outside = have & ~take
            if outside:
                left.append((*rest[:index], outside, *rest[index + 1 :]))
            rest[index] = have & take
    return left


def remaining(whole: Box, rows: Sequence[Box | None]) -> list[Box] | None:
    """Return what of a box no row covers; None when there are too many pieces to tell."""
    near = [row for row in rows if row is not None and overlap(whole, row)]
    near.sort(key=lambda row: -sum(mask.bit_count() for mask in row))  # large ones leave little
    left = [whole]
    for row in near:
        left = subtract(left, row)
        if len(left) > _FRAGMENTS:
            return None
    return left
