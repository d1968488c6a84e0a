"""What somebody typed, read against a form: typed values, and which components are hidden by them.

Hiding and values depend on each other, so both are settled together in a few rounds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from engine.forms.catalogue import INPUTS, MAX_ROWS
from engine.forms.expressions import Scope
from engine.forms.fields import MISSING, Field, dig, merge, put
from engine.forms.validation import coerce, judge

ROUNDS = 8


@dataclass(frozen=True, slots=True)
class FormCell:
    """One input at one place; `name` is its name in a page ("lines.0.amount")."""

    name: str
    field: Field
    raw: Any  # MISSING when nobody sent it
    value: Any
    error: ValidationError | None


class ValueReader:
    """The settled reading: `cells` by name, `hidden` names, `data` without hidden values."""

    def __init__(
        self,
        components: Sequence[Field],
        values: Mapping[str, Any],
        variables: Mapping[str, Any],
        now: datetime | None,
    ) -> None:
        """Read `values` over `variables` and settle what is hidden."""
        self.components = tuple(components)
        self.cells: dict[str, FormCell] = {}
        self.too_many: list[str] = []
        self.hidden: frozenset[str] = frozenset()
        self._variables = variables
        self._now = now
        self._typed = self._read(self.components, values, "", self._scope({}))
        self.data: dict[str, Any] = {}
        self._settle()

    def scope(self) -> Scope:
        """Return what expressions see now."""
        return self._scope(self.data)

    def problem(self, cell: FormCell, scope: Scope) -> ValidationError | None:
        """Return what is wrong with a cell, if anything."""
        if cell.error is not None:
            return cell.error
        options = scope.options(cell.field)
        try:
            judge(cell.field, cell.value, options, scope)
        except ValidationError as error:
            return error
        return None

    def _scope(self, data: Mapping[str, Any]) -> Scope:
        return Scope(merge(self._variables, data), self._now)

    def _read(
        self, components: Sequence[Field], raw: Any, prefix: str, scope: Scope
    ) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for component in flat(components):
            found = dig(raw, component.path)
            name = prefix + component.key
            if component.is_list:
                if found is not MISSING:
                    put(typed, component.path, self._read_rows(component, found, name, scope))
            elif component.type != "expression":
                cell = _cell(name, component, found, scope)
                self.cells[name] = cell
                if found is not MISSING:
                    put(typed, component.path, cell.value)
        return typed

    def _read_rows(self, component: Field, raw: Any, name: str, scope: Scope) -> list[Any]:
        rows = raw if isinstance(raw, list) else []
        if len(rows) > MAX_ROWS:
            self.too_many.append(name)
            rows = rows[:MAX_ROWS]
        return [
            self._read(component.children, row, f"{name}.{index}.", scope)
            for index, row in enumerate(rows)
        ]

    def _settle(self) -> None:
        for _ in range(ROUNDS):
            self.data = self._without_hidden(self.components, self._typed, "", None)
            hidden = frozenset(self._hidden(self.components, self.data, "", self.scope()))
            if hidden == self.hidden:
                return
            self.hidden = hidden

    def _without_hidden(
        self, components: Sequence[Field], typed: Mapping[str, Any], prefix: str, row: Scope | None
    ) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for component in flat(components):
            name = prefix + component.key
            found = dig(typed, component.path)
            if name in self.hidden:
                continue
            if component.type == "expression":
                scope = row or self._scope(data)
                source = str(component.settings.get("expression") or "null")
                put(data, component.path, scope.compute(source))
            elif found is not MISSING:
                put(data, component.path, self._rows_or_value(component, found, name, data))
        return data

    def _rows_or_value(
        self, component: Field, found: Any, name: str, data: Mapping[str, Any]
    ) -> Any:
        if not component.is_list:
            return found
        outer = self._scope(data)
        return [
            self._without_hidden(component.children, row, f"{name}.{index}.", outer.row(row, index))
            for index, row in enumerate(found)
        ]

    def _hidden(
        self, components: Sequence[Field], data: Any, prefix: str, scope: Scope
    ) -> Iterator[str]:
        for component in components:
            name = prefix + (component.key or component.id)
            if scope.hides(component):
                yield name
                yield from _names_below(component, prefix)
            elif component.is_list:
                rows = dig(data, component.path)
                for index, row in enumerate(rows if isinstance(rows, list) else []):
                    inner = scope.row(row, index)
                    yield from self._hidden(component.children, row, f"{name}.{index}.", inner)
            else:
                yield from self._hidden(component.children, data, prefix, scope)


def flat(components: Sequence[Field]) -> Iterator[Field]:
    """Return the inputs and lists of one level, groups opened."""
    for component in components:
        if component.type == "group":
            yield from flat(component.children)
        elif component.is_list or component.type in INPUTS:
            yield component


def _names_below(component: Field, prefix: str) -> Iterator[str]:
    """Return the names a hidden group takes along; a list's rows go with the list."""
    if component.type == "group":
        for child in component.children:
            yield prefix + (child.key or child.id)
            yield from _names_below(child, prefix)


def _cell(name: str, component: Field, raw: Any, scope: Scope) -> FormCell:
    try:
        value = coerce(component, None if raw is MISSING else raw, scope.options(component))
    except ValidationError as error:
        return FormCell(name, component, raw, None, error)
    return FormCell(name, component, raw, value, None)
