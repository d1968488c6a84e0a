"""What a form will do wrong, told before anybody opens it, with the key of the component."""

from collections.abc import Iterator
from typing import Any

import regex

from engine.errors import Invalid
from engine.forms import catalogue
from engine.forms.fields import Field
from engine.forms.parser import parse
from engine.model import Problem


def check(schema: Any) -> list[Problem]:
    """Return every problem of a form: what cannot be read, then what could never be filled in."""
    try:
        form = parse(schema)
    except Invalid as refusal:
        return list(refusal.problems) or [Problem(refusal.message, rule="form")]
    return [problem for component in _every(form.components) for problem in _component(component)]


def _component(component: Field) -> Iterator[Problem]:
    yield from _order(component, component.min, component.max, "value")
    yield from _order(component, component.min_length, component.max_length, "length")
    yield from _default(component)
    if component.type in catalogue.CHOICES and not (
        component.options or component.values_key or component.values_expression
    ):
        yield _problem(component, "form-options", "There is nothing to choose from.")
    if component.pattern:
        try:
            regex.compile(component.pattern)
        except regex.error as error:
            yield _problem(component, "form-pattern", f"The pattern cannot be read: {error}.")
    for text in _texts(component):
        if text.count("{{") != text.count("}}"):
            message = f"A placeholder is opened and not closed: “{text[:60]}”."
            yield _problem(component, "form-placeholder", message, "Write {{name}}.")


def _order(component: Field, least: Any, most: Any, what: str) -> Iterator[Problem]:
    if _is_number(least) and _is_number(most) and least > most:
        message = f"The greatest {what}, {most}, is less than the least, {least}."
        yield _problem(component, "form-limits", message)


def _default(component: Field) -> Iterator[Problem]:
    value = component.default
    if not _is_number(value):
        return
    if _is_number(component.min) and value < component.min:
        message = f"It begins with {value}, which is less than {component.min}."
        yield _problem(component, "form-limits", message)
    if _is_number(component.max) and value > component.max:
        message = f"It begins with {value}, which is more than {component.max}."
        yield _problem(component, "form-limits", message)


def _texts(component: Field) -> Iterator[str]:
    found = (
        component.label,
        component.description,
        *map(component.settings.get, ("text", "content")),
    )
    for text in found:
        if isinstance(text, str) and not text.lstrip().startswith("="):
            yield text


def _every(components: tuple[Field, ...]) -> Iterator[Field]:
    for component in components:
        yield component
        yield from _every(component.children)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _problem(component: Field, rule: str, message: str, hint: str = "") -> Problem:
    return Problem(message, element=component.key or component.id, rule=rule, hint=hint)
