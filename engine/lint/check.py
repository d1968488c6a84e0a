"""All checks on a set of resources: those that refuse, then those that advise."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from engine import definitions, forms
from engine.definitions import Bundle, Definition
from engine.limits import DEFAULT, Limits
from engine.lint import flow, references
from engine.model import Problem, Resource
from engine.properties import ENGINE, Catalogue

_BORING = {"EXCLUSIVE_GATEWAY", "PARALLEL_GATEWAY", "INCLUSIVE_GATEWAY", "EVENT_BASED_GATEWAY"}


def check(
    resources: Sequence[Resource],
    limits: Limits = DEFAULT,
    properties: Catalogue = ENGINE,
    job_types: Collection[str] | None = None,
) -> list[Problem]:
    """Return all problems of the resources, errors first, in the order of the files.

    `job_types` are the installed service tasks, None where they are not known.
    """
    bundle = definitions.inspect(resources, limits, properties)
    found = [*bundle.problems, *references.check(bundle, job_types), *_forms(bundle)]
    for definition in bundle.processes:
        found += [*_advise(definition), *flow.check(definition)]
    return sorted(found, key=lambda problem: problem.severity != "error")


def _forms(bundle: Bundle) -> Iterator[Problem]:
    for form in bundle.forms:
        for problem in forms.lint.check(form.schema):
            yield replace(problem, resource=form.resource_name)
    for definition in bundle.processes:
        for name, schema in definition.spec.user_task_forms.items():
            for problem in forms.lint.check(_json(schema)):
                element = f"{name} {problem.element}".strip()
                yield replace(problem, resource=definition.resource_name, element=element)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _advise(definition: Definition) -> Iterator[Problem]:
    for spec in definition.spec.nodes():
        if not spec.bpmn_name and spec.api_type not in _BORING and spec.is_activity:
            yield _warn(definition, spec, "It has no name.", "name", "Name what is done.")
        if spec.type == "USER_TASK" and not _has_reader(spec.extensions):
            hint = "Set an assignee, candidate users or candidate groups."
            yield _warn(definition, spec, "Nobody is asked to do it.", "assignment", hint)
        if spec.type == "USER_TASK" and spec.extensions.has_any and not spec.extensions.user_task:
            message = "Without zeebe:userTask it would be a job elsewhere; here it is a task."
            yield _warn(definition, spec, message, "user-task", "Make it a Camunda user task.")
        if spec.type == "EXCLUSIVE_GATEWAY" and _may_find_no_way(spec):
            message = "No default flow: when no condition holds, it stops with an incident."
            yield _warn(definition, spec, message, "default-flow", "Make one the default.")


def _may_find_no_way(spec: Any) -> bool:
    return len(spec.outgoing) > 1 and not any(flow.default for flow in spec.outgoing)


def _has_reader(own: Any) -> bool:
    return any((own.assignee, own.candidate_groups, own.candidate_users, "for" in own.declared))


def _warn(definition: Definition, spec: Any, message: str, rule: str, hint: str) -> Problem:
    return Problem(
        message,
        "warning",
        resource=definition.resource_name,
        element=spec.name,
        rule=rule,
        hint=hint,
    )
