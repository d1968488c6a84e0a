"""What a drawing names: decisions, forms, processes, job types, each with the nearest right name.

Bound to its deployment, a name must be among the files. Else it may be deployed already, so it is
told and not refused: when it is come to and not there, that is an incident.
"""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

from engine.definitions import Bundle, Definition
from engine.model import Problem


def check(bundle: Bundle, job_types: Collection[str] | None) -> Iterator[Problem]:
    """Name what is called and not among the files; `job_types` are installed, None if unknown."""
    known = {
        "decision": {name for each in bundle.decisions for name in each.model.decisions},
        "process": {each.id for each in bundle.processes},
        "form": {each.id for each in bundle.forms},
    }
    for definition in bundle.processes:
        for spec in [definition.spec.root, *definition.spec.nodes()]:
            for what, name, binding in _called(spec):
                if name not in known[what]:
                    yield _missing(definition, spec, (what, name), known[what], binding)
            yield from _job(definition, spec, job_types)


def _called(spec: Any) -> Iterator[tuple[str, str, str]]:
    own = spec.extensions
    for what, called in (("process", own.called_element), ("decision", own.called_decision)):
        if called is not None and called.target is not None and called.target.literal:
            yield what, called.target.literal, called.binding.type
    if own.form is not None and own.form.id:
        yield "form", own.form.id, own.form.binding.type


def _missing(
    definition: Definition, spec: Any, named: tuple[str, str], names: set[str], binding: str
) -> Problem:
    what, name = named
    if binding == "deployment":
        message = f"The {what} '{name}' is bound to this deployment, but not part of it."
        return _problem(definition, spec, message, "binding", "", "error")
    message = f"The {what} '{name}' is not among these files."
    hint = _nearest(name, names) or "Check that it is deployed already."
    return _problem(definition, spec, message, "reference", hint, "warning")


def _job(definition: Definition, spec: Any, job_types: Collection[str] | None) -> Iterator[Problem]:
    job_type = spec.extensions.job_type
    if job_types is None or job_type is None or job_type.literal is None:
        return
    name = job_type.literal
    if name not in job_types:
        message = f"No service task '{name}' is installed."
        hint = _nearest(name, job_types) or "A worker of your own has to take these jobs."
        yield _problem(definition, spec, message, "reference", hint, "warning")


def _nearest(name: str, names: Collection[str]) -> str:
    found = get_close_matches(name, names, 1)
    return f"Is it '{found[0]}'?" if found else ""


def _problem(
    definition: Definition, spec: Any, message: str, rule: str, hint: str, severity: Any
) -> Problem:
    element = definition.id if spec is definition.spec.root else spec.name
    return Problem(message, severity, definition.resource_name, element, rule, hint)
