"""A form: the judge of what was sent, the first values, and what a page has to draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from engine import feel
from engine.errors import Invalid
from engine.forms.expressions import Scope
from engine.forms.fields import MISSING, Field, dig, merge, put
from engine.forms.localizer import Localizer
from engine.forms.reading import ValueReader, flat
from engine.forms.validation import MESSAGES
from engine.forms.view_model import ComponentView, show
from engine.model import Problem

TITLE = "Some fields need another look."


@dataclass(frozen=True, slots=True)
class Form:
    """A parsed form; immutable, made once per schema."""

    id: str
    components: tuple[Field, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every component with a value, groups opened, rows of lists left inside them."""
        return tuple(flat(self.components))

    @property
    def watched(self) -> frozenset[str]:
        """Names some expression reads: when one changes, the page has to be drawn again."""
        return frozenset(
            name
            for component in _every(self.components)
            for source in component.expressions()
            for name in feel.compile(source).reads
        )

    def check(
        self,
        values: Mapping[str, Any],
        variables: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> dict[str, Any]:
        """Return the declared values, typed; raise Invalid with a Problem per wrong field.

        What is undeclared, hidden, read-only or disabled is dropped. A field nobody sent stays
        out of the answer, unless it is required.
        """
        reading = ValueReader(self.components, values, variables or {}, now)
        checker = _Checker(reading)
        checked = checker.level(self.components, values, "", reading.scope(), reading.data)
        if checker.problems:
            raise Invalid(TITLE, checker.problems)
        return checked

    def initial(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values the form opens with: variables first, defaults else."""
        return _initial(self.components, variables)

    def show(
        self,
        variables: Mapping[str, Any],
        values: Mapping[str, Any] | None = None,
        *,
        now: datetime | None = None,
        localizer: Localizer | None = None,
        problems: Sequence[Problem] = (),
    ) -> tuple[ComponentView, ...]:
        """Return what to draw, with the values typed so far or the first ones."""
        raw = merge(self.initial(variables), values or {})
        reading = ValueReader(self.components, raw, variables, now)
        return show(self.components, raw, reading, localizer or Localizer(), problems)


class _Checker:
    """Walks the visible, open fields and collects values and problems."""

    def __init__(self, reading: ValueReader) -> None:
        self.reading = reading
        self.problems = [_problem(name, "form-rows|1000") for name in reading.too_many]

    def level(
        self, components: Sequence[Field], raw: Any, prefix: str, scope: Scope, data: Any
    ) -> dict[str, Any]:
        checked: dict[str, Any] = {}
        for component in flat(components):
            name = prefix + component.key
            if name in self.reading.hidden or scope.locks(component):
                continue
            if component.is_list:
                self._rows(component, raw, name, scope, data, checked)
            elif component.type == "expression":
                put(checked, component.path, dig(data, component.path))
            else:
                self._value(component, name, scope, checked)
        return checked

    def _rows(
        self,
        component: Field,
        raw: Any,
        name: str,
        scope: Scope,
        data: Any,
        checked: dict[str, Any],
    ) -> None:
        rows = dig(raw, component.path)
        if rows is MISSING:
            return
        typed = dig(data, component.path)
        pairs = zip(rows if isinstance(rows, list) else [], typed, strict=False)
        put(
            checked,
            component.path,
            [
                self.level(component.children, row, f"{name}.{i}.", scope.row(inner, i), inner)
                for i, (row, inner) in enumerate(pairs)
            ],
        )

    def _value(self, component: Field, name: str, scope: Scope, checked: dict[str, Any]) -> None:
        cell = self.reading.cells[name]
        error = self.reading.problem(cell, scope)
        if error is not None:
            self.problems.append(_problem(name, _first(error)))
        elif cell.raw is not MISSING:
            put(checked, component.path, cell.value)


def _first(error: ValidationError) -> str:
    """Return "rule|limit" of the first thing wrong."""
    messages = error.messages
    while isinstance(messages, dict):
        messages = next(iter(messages.values()))
    return str(messages[0])


def _problem(name: str, code: str) -> Problem:
    rule, _, limit = code.partition("|")
    text = MESSAGES.get(rule, MESSAGES["form-type"]).format(limit).strip()
    return Problem(text, element=name, rule=rule, hint=limit)


def _initial(components: Sequence[Field], variables: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for component in flat(components):
        found = dig(variables, component.path)
        if component.is_list:
            put(values, component.path, _initial_rows(component, found))
        elif found is not MISSING and found is not None:
            put(values, component.path, found)
        elif component.default is not None:
            put(values, component.path, component.default)
    return values


def _initial_rows(component: Field, found: Any) -> list[dict[str, Any]]:
    if isinstance(found, list):
        return [_initial(component.children, row) for row in found]
    count = component.settings.get("defaultRepetitions", 1)
    count = count if isinstance(count, int) else 1
    return [_initial(component.children, {}) for _ in range(max(0, min(count, 50)))]


def _every(components: Sequence[Field]) -> Iterator[Field]:
    for component in components:
        yield component
        yield from _every(component.children)
