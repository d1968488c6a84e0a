"""Walks the logic of an element: every FEEL text with where it stands and what is in scope."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from engine.dmn.elements import (
    Boxed,
    BoxedContext,
    BoxedFilter,
    DecisionTable,
    FunctionDefinition,
    Iteration,
    LiteralExpression,
)
from engine.dmn.language import ScopeNames


@dataclass(frozen=True, slots=True)
class Piece:
    """One text in FEEL."""

    where: str
    text: str
    names: ScopeNames
    unary: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One decision table."""

    where: str
    table: DecisionTable


def walk(boxed: Boxed | None, where: str, names: ScopeNames) -> Iterator[Piece | Table]:
    """Return the texts and tables inside an expression, in the order of the file."""
    if isinstance(boxed, LiteralExpression):
        yield Piece(where, boxed.text, names, language=boxed.language)
    elif isinstance(boxed, DecisionTable):
        yield Table(where, boxed)
        yield from _columns(boxed, where, names)
        yield from _rows(boxed, where, names)
    elif isinstance(boxed, BoxedContext):
        yield from _context(boxed, where, names)
    elif boxed is not None:
        for inside, more in _parts(boxed):
            yield from walk(inside, where, names.having(more))


def _context(boxed: BoxedContext, where: str, names: ScopeNames) -> Iterator[Piece | Table]:
    for entry in boxed.entries:
        place = f"{where}, entry {entry.name!r}" if entry.name else f"{where}, result"
        yield from walk(entry.value, place, names)
        names = names.having([entry.name] if entry.name else [])


def _parts(boxed: Boxed) -> Iterator[tuple[Boxed, Sequence[str]]]:
    """Return the expressions inside, and the names each has besides."""
    if isinstance(boxed, FunctionDefinition):
        if boxed.body:
            yield boxed.body, [each.name for each in boxed.parameters]
    elif isinstance(boxed, BoxedFilter):
        yield from ((boxed.source, ()), (boxed.match, ["item"]))
    elif isinstance(boxed, Iteration):
        yield from ((boxed.source, ()), (boxed.body, [boxed.variable, "partial"]))
    else:
        yield from ((each, ()) for field in fields(boxed) for each in _inside(boxed, field.name))


def _inside(boxed: Boxed, name: str) -> Iterator[Boxed]:
    values = [getattr(boxed, name)]
    while values:
        value = values.pop(0)
        if isinstance(value, Boxed):
            yield value
        elif isinstance(value, tuple):
            values[:0] = value


def _columns(table: DecisionTable, where: str, names: ScopeNames) -> Iterator[Piece]:
    for number, column in enumerate(table.inputs, 1):
        cell, place = column.expression, f"{where} input {number}"
        yield Piece(place, cell.text, names, language=cell.language)
        if column.values:
            tests = names.having(["?"])
            yield Piece(f"{place}, allowed values", column.values, tests, unary=True)
    for number, output in enumerate(table.outputs, 1):
        if output.default:
            yield Piece(f"{where} output {number}, default", output.default.text, names)


def _rows(table: DecisionTable, where: str, names: ScopeNames) -> Iterator[Piece]:
    tests = names.having(["?"])
    for row, rule in enumerate(table.rules, 1):
        for number, cell in enumerate(rule.inputs, 1):
            if cell.text not in ("", "-"):
                place = f"{where} row {row}, input {number}"
                yield Piece(place, cell.text, tests, unary=True, language=cell.language)
        for number, cell in enumerate(rule.outputs, 1):
            place = f"{where} row {row}, output {number}"
            yield Piece(place, cell.text, names, language=cell.language)
