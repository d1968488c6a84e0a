"""Checks decision tables: overlaps, gaps, rows that never match, wrong types, no catch-all."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

from engine.dmn import cells
from engine.dmn.cells import ValueSet
from engine.dmn.elements import DecisionTable, Input, Output, Rule
from engine.dmn.language import equal, kind_of, say
from engine.dmn.linting import regions
from engine.dmn.linting.pieces import Table
from engine.dmn.linting.regions import Axis, Box
from engine.dmn.types import Type, Types
from engine.model import Problem

_MANY = 10  # reported of one kind at most
_LISTS = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
Severity = Literal["error", "warning"]


def check_table(piece: Table, types: Types) -> Iterator[Problem]:
    """Return what is wrong or doubtful in one table."""
    table, where = piece.table, piece.where
    yield from _types(table, where, types)
    yield from _catch_all(table, where)
    grid = _Grid(table, types)
    yield from _impossible(grid, where)
    if table.hit_policy == "FIRST":
        yield from _shadowed(grid, where)
    if table.hit_policy == "UNIQUE":
        yield from _overlaps(grid, where)
    if table.hit_policy == "ANY":
        yield from _disagreements(grid, where)
    yield from _gaps(grid, where)
    if table.hit_policy in ("PRIORITY", "OUTPUT ORDER"):
        yield from _priorities(table, where, types)


class _Grid:
    """The rows of a table as boxes; a row with a formula has none."""

    def __init__(self, table: DecisionTable, types: Types) -> None:
        self.table = table
        self.cells = [[cells.read(cell.text) for cell in rule.inputs] for rule in table.rules]
        self.axes: list[Axis | None] = []
        for index, column in enumerate(table.inputs):
            allowed = allowed_values(column, types)
            self.axes.append(regions.axis([row[index] for row in self.cells], allowed))
        self.boxes = [self._box(row) for row in range(len(table.rules))]

    def _box(self, row: int) -> Box | None:
        masks = [axis.masks[row] if axis else None for axis in self.axes]
        known = tuple(mask for mask in masks if mask is not None)
        return known if len(known) == len(masks) else None

    @property
    def whole(self) -> Box | None:
        """All values of all columns, null left out."""
        known = tuple(axis.given for axis in self.axes if axis)
        return known if len(known) == len(self.axes) else None

    def words(self, box: Box) -> str:
        """Return a box in words; columns where any value fits are left out."""
        parts = []
        for column, axis, mask in zip(self.table.inputs, self.axes, box, strict=True):
            if axis and mask not in (axis.everything, axis.given):
                words = [word for index, word in enumerate(axis.words) if mask >> index & 1]
                parts.append(f"{column.title} is {' or '.join(words[:3])}")
        return " and ".join(parts) or "any input"


def allowed_values(column: Input, types: Types) -> ValueSet | None:
    """Return the values a column may have, when they are listed."""
    kind = types.get(column.type_ref)
    written = column.values or next((text for _, text in kind.checks), "")
    found = cells.read(written) if written else None
    return None if found is None or found.anything or found.negated else found


def _impossible(grid: _Grid, where: str) -> Iterator[Problem]:
    for row in range(len(grid.cells)):
        for number, axis in enumerate(grid.axes, 1):
            if axis and axis.masks[row] == 0:
                text = grid.table.rules[row].inputs[number - 1].text
                yield _problem(
                    f"{where} row {row + 1}, input {number}",
                    "dmn-unreachable",
                    f"No allowed value fits {text!r}, so the row can never match.",
                    "Correct the cell or the allowed values of the column.",
                )


def _shadowed(grid: _Grid, where: str) -> Iterator[Problem]:
    for row, box in enumerate(grid.boxes):
        earlier = grid.boxes[:row]
        if box is None or 0 in box or not any(earlier):
            continue
        left = regions.remaining(box, earlier)
        if left == []:
            yield _problem(
                f"{where} row {row + 1}",
                "dmn-unreachable",
                f"Row {row + 1} can never match: the rows above take all its cases.",
                "Move the row up, or remove it.",
            )


def _catches_all(table: DecisionTable, row: int) -> bool:
    return all(cell.text in ("", "-") for cell in table.rules[row].inputs)


def _pairs(grid: _Grid) -> Iterator[tuple[int, int, Box]]:
    """Return the rows that both match some input, and that input."""
    for row, box in enumerate(grid.boxes):
        for other in range(row):
            before = grid.boxes[other]
            if box is not None and before is not None and regions.overlap(box, before):
                yield other, row, tuple(a & b for a, b in zip(box, before, strict=True))


def _overlaps(grid: _Grid, where: str) -> Iterator[Problem]:
    for one, other, both in islice(_pairs(grid), _MANY):
        yield _problem(
            f"{where} rows {one + 1} and {other + 1}",
            "dmn-overlap",
            f"Rows {one + 1} and {other + 1} both match when {grid.words(both)};"
            " the hit policy UNIQUE allows one.",
            "Narrow one of the rows, or choose the hit policy FIRST.",
            "error",
        )


def _disagreements(grid: _Grid, where: str) -> Iterator[Problem]:
    rules = grid.table.rules
    pairs = (pair for pair in _pairs(grid) if _differ(rules[pair[0]], rules[pair[1]]))
    for one, other, both in islice(pairs, _MANY):
        yield _problem(
            f"{where} rows {one + 1} and {other + 1}",
            "dmn-overlap",
            f"Rows {one + 1} and {other + 1} both match when {grid.words(both)}, with different"
            " outputs; the hit policy ANY asks for equal ones.",
            "Narrow one of the rows, or give both the same outputs.",
            "error",
        )


def _differ(one: Rule, other: Rule) -> bool:
    """Return whether two rows surely have different outputs: constants that are not equal."""
    for a, b in zip(one.outputs, other.outputs, strict=True):
        x, y = cells.constant(a.text), cells.constant(b.text)
        if cells.is_constant(x) and cells.is_constant(y) and not equal(x, y):
            return True
    return False


def _gaps(grid: _Grid, where: str) -> Iterator[Problem]:
    table = grid.table
    covered = any(output.default for output in table.outputs)
    whole = grid.whole
    if covered or whole is None or not table.rules or None in grid.boxes:
        return
    if table.hit_policy in _LISTS and not table.aggregation:
        return
    left = regions.remaining(whole, grid.boxes)
    if not left:
        return
    examples = "; ".join(grid.words(box) for box in left[:3])
    more = f" (and {len(left) - 3} more cases)" if len(left) > 3 else ""
    if table.aggregation:
        if table.aggregation != "COUNT":
            yield _problem(
                where,
                "dmn-default",
                f"When no row matches the result is null, for example when {examples}{more}.",
                "Add a default output, for example 0.",
            )
        return
    yield _problem(
        where,
        "dmn-gap",
        f"No row matches when {examples}{more}.",
        "Add a row for these cases, or a default output.",
    )


def _catch_all(table: DecisionTable, where: str) -> Iterator[Problem]:
    if table.hit_policy != "FIRST" or any(output.default for output in table.outputs):
        return
    if not table.rules or not _catches_all(table, len(table.rules) - 1):
        yield _problem(
            where,
            "dmn-catch-all",
            "The last row does not catch all remaining cases.",
            "Add a last row with - in every input, saying what happens otherwise.",
        )


def _types(table: DecisionTable, where: str, types: Types) -> Iterator[Problem]:
    for number, column in enumerate(table.inputs, 1):
        kind = types.get(column.type_ref)
        for row, rule in enumerate(table.rules, 1):
            cell = cells.read(rule.inputs[number - 1].text)
            place = f"{where} row {row}, input {number}"
            yield from _cell_types(cell, kind, place, column)
    for number, output in enumerate(table.outputs, 1):
        yield from _output_types(table, number, output, where, types)


def _cell_types(cell: ValueSet | None, kind: Type, place: str, column: Input) -> Iterator[Problem]:
    if cell is None or kind.basic in ("Any", "list", "context"):
        return
    for wrong in sorted(cell.kinds - {kind.basic}):
        if (wrong, kind.basic) == ("date", "date and time"):
            continue
        yield _problem(
            place,
            "dmn-type",
            f"The cell compares with a {wrong}, but {column.title!r} is a {kind.basic}.",
            "Correct the cell, or the type of the column.",
            "error",
        )


def _output_types(
    table: DecisionTable, number: int, output: Output, where: str, types: Types
) -> Iterator[Problem]:
    kind = types.get(output.type_ref)
    listed = cells.read(output.values) if output.values else None
    for row, rule in enumerate(table.rules, 1):
        text = rule.outputs[number - 1].text
        value = cells.constant(text) if text else None
        if not cells.is_constant(value) or value is None:
            continue
        place = f"{where} row {row}, output {number}"
        problem = kind.convert(value)[1]
        if problem:
            hint = f"Write a {kind.basic}, or change the type of the column."
            yield _problem(place, "dmn-type", f"The output does not fit: {problem}.", hint, "error")
        elif listed and not _lists(listed, value):
            yield _problem(
                place,
                "dmn-type",
                f"{say(value)} is not one of the output values ({output.values}).",
                "Correct the cell, or add the value to the column.",
            )


def _lists(listed: ValueSet, value: object) -> bool:
    if listed.anything or listed.intervals or listed.negated:
        return True
    return any(kind_of(value) == kind_of(other) and value == other for other in listed.constants)


def _priorities(table: DecisionTable, where: str, types: Types) -> Iterator[Problem]:
    listed = [output.values or types.get(output.type_ref).checks for output in table.outputs]
    if not any(listed) and not types.get(table.type_ref).checks:
        yield _problem(
            where,
            "dmn-priority",
            f"The hit policy {table.hit_policy} needs output values in the order of importance.",
            "List the output values of the column, the most important first.",
        )


def _problem(
    where: str, rule: str, message: str, hint: str, severity: Severity = "warning"
) -> Problem:
    return Problem(message, severity, element=where, rule=rule, hint=hint)


__all__: Sequence[str] = ("check_table",)
