"""Rows of two versions of a decision table: added, removed, changed cell by cell, put elsewhere."""

from collections.abc import Callable, Iterator, Sequence

from engine.difference.change import Change
from engine.difference.tables import Column, Decision, Row

Columns = Sequence[tuple[Column | None, Column | None]]
Pair = tuple[int, int]  # places of a row in the old and the new table
_ANY = "-"


def compare(old: Decision, new: Decision, columns: Columns) -> Iterator[Change]:
    """Yield the differences; `about` is the number of a row, or "number · column"."""
    pairs = _match(old, new, columns)
    known_old, known_new = {was for was, _ in pairs}, {now for _, now in pairs}
    for at, row in enumerate(new.rows):
        if at not in known_new:
            yield Change("row.added", about=str(at + 1), new=_told(new, row))
    for was, now in sorted(pairs, key=lambda pair: pair[1]):
        yield from _cells(old, new, columns, (was, now))
    for at, row in enumerate(old.rows):
        if at not in known_old:
            yield Change("row.removed", about=str(at + 1), old=_told(old, row))
    yield from _order(new, pairs)


def _match(old: Decision, new: Decision, columns: Columns) -> list[Pair]:
    """Pair equal rows first, those with the same id before others; then same ids; then alike."""
    wanted = sum(1 for before, after in columns if before and after)
    pairs: list[Pair] = []

    def alike(was: int, now: int) -> int:
        return _likeness(old, new, columns, (was, now))

    def same_id(was: int, now: int) -> bool:
        return bool(old.rows[was].id) and old.rows[was].id == new.rows[now].id

    rules: tuple[Callable[[int, int], bool], ...] = (
        lambda was, now: same_id(was, now) and alike(was, now) == wanted,
        lambda was, now: alike(was, now) == wanted,
        same_id,
        lambda was, now: not new.rows[now].id and alike(was, now) * 2 > wanted,
    )
    for fits in rules:
        _take(pairs, len(old.rows), len(new.rows), fits)
    return pairs


def _take(pairs: list[Pair], old: int, new: int, fits: Callable[[int, int], bool]) -> None:
    """Add pairs of rows that are not paired yet and fit."""
    for now in range(new):
        if any(now == pair[1] for pair in pairs):
            continue
        left = [was for was in range(old) if all(was != pair[0] for pair in pairs)]
        found = next((was for was in left if fits(was, now)), None)
        if found is not None:
            pairs.append((found, now))


def _likeness(old: Decision, new: Decision, columns: Columns, pair: Pair) -> int:
    return sum(
        1
        for before, after in columns
        if before and after and _cell(old, before, pair[0]) == _cell(new, after, pair[1])
    )


def _cells(old: Decision, new: Decision, columns: Columns, pair: Pair) -> Iterator[Change]:
    number = str(pair[1] + 1)
    for before, after in columns:
        if before is None or after is None:
            continue
        was, now = _cell(old, before, pair[0]), _cell(new, after, pair[1])
        if was != now:
            yield Change("row.cell", about=f"{number} · {after.label}", old=was, new=now)
    was, now = old.rows[pair[0]].note, new.rows[pair[1]].note
    if was != now:
        yield Change("row.note", about=number, old=was, new=now, effect=False)


def _order(new: Decision, pairs: Sequence[Pair]) -> Iterator[Change]:
    """The order of rows matters where the first one wins, or where the answer is a list."""
    order = [was for was, _ in sorted(pairs, key=lambda pair: pair[1])]
    if order != sorted(order):
        counts = new.policy in {"FIRST", "RULE ORDER", "COLLECT"}
        said = ", ".join(str(was + 1) for was in order)
        yield Change("row.order", new=said, effect=counts)


def _cell(decision: Decision, column: Column, row: int) -> str:
    cells = decision.rows[row].cells
    at = next(at for at, each in enumerate(decision.columns) if each is column)
    return cells[at] if at < len(cells) else ""


def _told(decision: Decision, row: Row) -> str:
    """A row in one line: what it asks, then what it answers."""
    said = list(zip(decision.columns, row.cells, strict=False))
    asked = [f"{c.label}: {cell}" for c, cell in said if _is_input(c) and cell != _ANY]
    answered = [f"{c.label}: {cell}" for c, cell in said if not _is_input(c)]
    return f"{', '.join(asked) or _ANY} → {', '.join(answered)}"


def _is_input(column: Column) -> bool:
    return column.facts["column", ""] == "input"
