"""Checks a whole file: its types, and the logic of each element."""

from collections.abc import Iterator

from engine.dmn.elements import DecisionElement, Drg, Knowledge, Service
from engine.dmn.evaluation import Unit
from engine.dmn.linting.expressions import check_piece
from engine.dmn.linting.pieces import Table, walk
from engine.dmn.linting.tables import check_table
from engine.model import Problem


def lint(unit: Unit) -> list[Problem]:
    """Return everything there is to say about a file, in its order."""
    found: list[Problem] = []
    for element in unit.graph.definitions.elements.values():
        found.extend(_element(unit, element))
    found.extend(_types(unit))
    return found


def _element(unit: Unit, element: Drg) -> Iterator[Problem]:
    if isinstance(element, DecisionElement) and element.logic is None:
        yield Problem(
            f"The decision {element.name!r} has no logic.",
            "warning",
            element=element.id,
            rule="dmn-no-logic",
            hint="Add a decision table or an expression.",
        )
    if not isinstance(element, DecisionElement | Knowledge):
        return
    names = unit.names(element)
    known = _known(unit, element)
    for piece in walk(element.logic, element.id, names):
        if isinstance(piece, Table):
            yield from check_table(piece, unit.types)
        else:
            yield from check_piece(piece, unit.types, known)


def _known(unit: Unit, element: Drg) -> frozenset[str] | None:
    """Return the names an element may read; None when the file leaves its inputs open."""
    declared = unit.graph.definitions
    if isinstance(element, DecisionElement) and not element.inputs and not element.decisions:
        return None
    if isinstance(element, Service):
        return None
    required = list(unit.graph.required(element))
    names = {found.element.variable for found in required}
    names |= {found.element.id for found in required}
    names |= {item.name for item in declared.imports if item.name}
    return frozenset(names)


def _types(unit: Unit) -> Iterator[Problem]:
    for element in unit.graph.definitions.elements.values():
        unit.types.get(element.type_ref)
    for item in unit.graph.definitions.items:
        unit.types.get(item.name)
    for name in sorted(unit.types.unknown):
        yield Problem(
            f"There is no type {name!r}.",
            "warning",
            element=name,
            rule="dmn-unknown-type",
            hint="Define it as an item definition, or use a type of FEEL such as string or number.",
        )
