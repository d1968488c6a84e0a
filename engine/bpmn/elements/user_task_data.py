"""What a user task says to the inbox."""

import json
from typing import Any

from engine.bpmn.elements import deadlines, jobs
from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import Token
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.errors import NotFound
from engine.model import Json
from engine.schedule import timers

_EXTRACT = "EXTRACT_VALUE_ERROR"
_CUSTOMER = ExpressionAttribute("= customer_id")
_EMBEDDED = "camunda-forms:bpmn:"


def data(token: Token) -> dict[str, Json]:
    """Evaluate what a USER_TASK wait carries."""
    spec = token.task_spec
    own = spec.extensions
    priority = 50 if own.priority is None else jobs.whole(token, own.priority, "priority")
    if not 0 <= priority <= 100:
        raise Fault(_EXTRACT, f"The priority is {priority}, not between 0 and 100.")
    groups = _names(token, own.candidate_groups, "candidate groups")
    return {
        "name": spec.label,
        "assignee": _person(token, own.assignee),
        "candidate_groups": groups,
        "candidate_users": _names(token, own.candidate_users, "candidate users"),
        **deadlines.plan(token, _date(token, own.due_date, "due date"), groups),
        "follow_up_at": _date(token, own.follow_up_date, "follow-up date"),
        "priority": priority,
        "form": _form(token),
        "external_form": _external(token),
        "headers": dict(own.headers),
        **_outside(token),
        **_assignment(token),
    }


def _person(token: Token, attribute: ExpressionAttribute | None) -> str | None:
    if attribute is None:
        return None
    value, why = token.workflow.evaluate(attribute, token, _EXTRACT)
    if value is not None and not isinstance(value, str):
        shown = token.workflow.show(value)
        raise Fault(_EXTRACT, f"The assignee gave {shown}, not a name. {why}".strip())
    return jobs.short(value, "assignee") if value else None


def _names(token: Token, attribute: ExpressionAttribute | None, what: str) -> list[str]:
    if attribute is None:
        return []
    value, why = token.workflow.evaluate(attribute, token, _EXTRACT)
    if isinstance(value, str):
        return [jobs.short(name.strip(), what) for name in value.split(",") if name.strip()]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        shown = token.workflow.show(value)
        raise Fault(_EXTRACT, f"The {what} gave {shown}, not a list of names. {why}".strip())
    return [jobs.short(each, what) for each in value]


def _date(token: Token, attribute: ExpressionAttribute | None, what: str) -> str | None:
    if attribute is None:
        return None
    value, why = token.workflow.evaluate(attribute, token, _EXTRACT)
    if value is None:
        return None
    try:
        return timers.date(value, token.workflow.zone).isoformat()
    except (TypeError, ValueError) as error:
        shown = token.workflow.show(value)
        raise Fault(_EXTRACT, f"The {what} gave {shown}, not a date. {why}".strip()) from error


def _form(token: Token) -> Json:
    form, instance = token.task_spec.extensions.form, token.workflow
    if form is None:
        return None
    if form.id:
        return _deployed(instance, form)
    if form.key and form.key.startswith(_EMBEDDED):
        schema = instance.spec.user_task_forms.get(form.key[len(_EMBEDDED) :])
        if schema is None:
            raise Fault("FORM_NOT_FOUND", f"The process has no form '{form.key}'.")
        return {"embedded": json.loads(schema)}
    return {"key": form.key} if form.key else None


def _deployed(instance: Any, form: Any) -> Json:
    try:
        key = instance.resolver.form(form.id, form.binding.type, form.binding.version_tag)
    except NotFound as error:
        raise Fault("FORM_NOT_FOUND", f"No form '{form.id}' is deployed.") from error
    return {
        "id": form.id,
        "binding": form.binding.type,
        "version_tag": form.binding.version_tag,
        "key": key,
    }


def _outside(token: Token) -> dict[str, Json]:
    """Return who outside answers the task by a link, if the drawing says so."""
    asked = token.task_spec.extensions.declared.get("for")
    if asked is None:
        return {}
    kind = jobs.text(token, asked, "the property 'for'")
    own = token.task_spec.extensions.declared
    whom = own.get("for.whom")
    if whom is None:
        whom = token.workflow.spec.root.extensions.declared.get("customer", _CUSTOMER)
    value, _ = token.workflow.evaluate(whom, token, _EXTRACT)
    # Somebody may be unknown to us: then the link itself is all that there is.
    outside: dict[str, Json] = {"for": kind, "whom": None if value is None else str(value)}
    if "for.message" in own:
        outside["message"] = jobs.text(token, own["for.message"], "the property 'for.message'")
    if "for.shows" in own:
        outside["shows"] = list(_names(token, own["for.shows"], "property 'for.shows'"))
    return {"outside": outside}


def _assignment(token: Token) -> dict[str, Json]:
    """Return how the task finds its person, if the drawing says so."""
    own = token.task_spec.extensions.declared
    if not own.keys() & {"assign", "skills"}:
        return {}
    how = jobs.text(token, own["assign"], "the property 'assign'") if "assign" in own else ""
    skills = _names(token, own["skills"], "property 'skills'") if "skills" in own else []
    return {"assign": {"how": how or "least loaded", "skills": list(skills)}}


def _external(token: Token) -> str | None:
    form = token.task_spec.extensions.form
    if form is None or form.external is None:
        return None
    value, _ = token.workflow.evaluate(form.external, token, _EXTRACT)
    return None if value is None else str(value)
