"""A form on a page: what to draw, what was typed, what is wrong, in the reader's language.

`engine.forms` knows the rules, `form_input` reads what the browser sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _

from engine.errors import Invalid
from engine.forms import ComponentView, Form
from engine.model import Problem
from web.app.services import now, settings
from web.forms import form_input
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


def here() -> datetime:
    """Return the time as the clocks of the house show it: forms mean that by today."""
    return now().astimezone(ZoneInfo(settings().time_zone))


def sent(form: Form) -> dict[str, Any]:
    """Return the raw values this request carries, with a row added where one was asked for."""
    values = form_input.read(form, request.form, settings().time_zone)
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
    text = _words(localizer.digits(problem.hint)).get(problem.rule)
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


def _words(limit: str) -> dict[str, str]:
    return {
        "form-required": _("This is needed."),
        "form-agree": _("This must be ticked."),
        "form-type": _("This is not a value of the right kind."),
        "form-number": _("This is not a number."),
        "form-decimals": _("At most %(limit)s decimal places.", limit=limit),
        "form-min": _("It must be %(limit)s or more.", limit=limit),
        "form-max": _("It must be %(limit)s or less.", limit=limit),
        "form-min-length": _("At least %(limit)s characters.", limit=limit),
        "form-max-length": _("At most %(limit)s characters.", limit=limit),
        "form-pattern": limit or _("This does not have the expected form."),
        "form-email": _("This is not an e-mail address."),
        "form-phone": _("This is not a phone number."),
        "form-option": _("This is not one of the choices."),
        "form-date": _("This is not a date."),
        "form-time": _("This is not a time."),
        "form-datetime": _("This is not a date with a time."),
        "form-past": _("This date has passed."),
        "form-rows": _("At most %(limit)s rows.", limit=limit),
    }
