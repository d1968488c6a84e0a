"""A form on a page: what to draw, what was typed, what is wrong, in the reader's language.

`engine.forms` knows the rules, `form_input` reads what the browser sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from engine.errors import Invalid
from engine.forms import ComponentView, Form
from engine.model import Problem
from web.app.services import now, settings
from web.forms import form_input
from web.forms.field_problems import words_of
from web.forms.field_values import Reader
from web.i18n import localizer
from web.i18n.process_texts import ReaderLocalizer


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form as a template draws it."""

    components: tuple[ComponentView, ...]
    problems: tuple[Problem, ...]
    labels: Mapping[str, str]
    watched: str  # names that make other fields come and go, separated by spaces
    button: str  # what the form calls its submit button, if it has one


def build(
    form: Form,
    variables: Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
) -> FormPage:
    """Return the form to draw, with what was typed and what is wrong with it."""
    said = tuple(in_words(problem) for problem in problems)
    shown = form.show(variables, values, now=here(), localizer=ReaderLocalizer(), problems=said)
    every = tuple(_every(shown))
    return FormPage(
        components=shown,
        problems=said,
        labels={one.name: one.label for one in every if one.label},
        watched=" ".join(sorted(form.watched)),
        button=next((one.label for one in every if one.type == "button" and one.label), ""),
    )


def reader() -> Reader:
    """Return how the reader of this page writes."""
    return Reader(localizer.language(), localizer.calendar(), localizer.zone())


def here() -> datetime:
    """Return the time as the clocks of the house show it: forms mean that by today."""
    return now().astimezone(ZoneInfo(settings().time_zone))


def sent(form: Form) -> dict[str, Any]:
    """Return the raw values this request carries, with a row added where one was asked for."""
    values = form_input.read(form, request.form, reader())
    wanted = request.form.get("add_row", "")
    if wanted:
        rows: Any = values
        for name in wanted.split("."):
            rows = rows.get(name, {}) if isinstance(rows, dict) else {}
        if isinstance(rows, list):
            rows.append({})
    return values


def in_words(problem: Problem) -> Problem:
    """Return a problem of a field in the reader's language."""
    text = words_of(problem.rule, problem.hint)
    return replace(problem, message=text) if text else problem


def field_problems(error: Invalid) -> tuple[Problem, ...]:
    """Return the problems that belong to fields; empty when it is about something else."""
    return tuple(problem for problem in error.problems if problem.element)


def _every(components: Sequence[ComponentView]) -> Iterator[ComponentView]:
    for shown in components:
        yield shown
        yield from _every(shown.children)
        for row in shown.rows:
            yield from _every(row)
