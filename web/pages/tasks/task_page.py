"""Draws one task: its form, who is at it, whom it is about, where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from engine import forms, reads
from engine.reads import Task
from web import accounts, drafts
from web.accounts import Account, policy
from web.app.services import now
from web.drafts import AtTask
from web.forms import form_page
from web.forms.form_cache import form_of
from web.i18n.localizer import ago
from web.i18n.process_texts import process_text
from web.reads import drawings
from web.reads.page_actions import BUTTON
from web.reads.task_context import task_context

BUSY = timedelta(minutes=30)  # who saved a draft within it is at it
LATELY = 12  # steps shown
QUIET = {"PROCESS", "EXCLUSIVE_GATEWAY", "PARALLEL_GATEWAY", "MULTI_INSTANCE_BODY"}
TITLE = "title.variable"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody sent, what is wrong with it, and why it was not taken."""

    values: Mapping[str, Any] | None = None
    problems: Any = ()
    refused: str = ""


def draw(connection: Connection, account: Account, task: Task, typed: Typed | None = None) -> str:
    """Return the page of a task; without `typed` the form holds the reader's draft."""
    at = now()
    here = drafts.at_task(
        connection, task.key, task.assignee, account.username, at - BUSY, task.owner
    )
    is_open = task.state == "CREATED"
    may_draft = is_open and policy.can(account, "task.complete", task)
    sent = typed or Typed(here.mine if is_open else None)
    form = form_of(connection, task)
    variables = _visible(connection, task)
    drawn = drawings.definition(connection, task.definition_key, task.process_id)
    element = drawn.elements.get(task.element_id)
    shown = form_page.build(form or forms.Form("", ()), variables, sent.values, sent.problems)
    return render_template(
        "tasks/show.html",
        task=task,
        title=task.business_key or variables.get(drawn.properties.get(TITLE, "")) or "",
        subject=task_context(Session(connection), variables),
        here=here,
        form=shown,
        button=(element.properties.get(BUTTON) if element else "") or shown.button,
        about=element.documentation if element else "",
        has_form=form is not None,
        has_draft=typed is None and here.mine is not None,
        refused=sent.refused,
        lost=_lost(sent.values, shown.labels) if sent.refused and not is_open else [],
        holder=here.holder,
        mine=task.assignee == account.username,
        may_complete=may_draft and task.owner is None,
        may_draft=may_draft,
        asker=here.names.get(task.owner or "", task.owner or ""),
        end=finished(task) if not is_open else "",
        variables=sorted(variables.items()),
        steps=_steps(connection, task),
        view=request.args.get("view", ""),
        now=at,
    )


def finished(task: Task) -> str:
    """Return in words how a task ended."""
    name = name_of(task)
    if task.state == "COMPLETED" and task.ended_by:
        person = accounts.get(task.ended_by)
        who = person.display_name if person else task.ended_by
        when = ago(task.ended_at)
        return str(_("%(who)s completed “%(task)s” %(when)s.", who=who, task=name, when=when))
    return str(_("“%(task)s” is no longer needed: the process went on without it.", task=name))


def taken(here: AtTask) -> str:
    """Return in words who has claimed a task."""
    return str(_("%(name)s has claimed this task.", name=here.holder))


def name_of(task: Task) -> str:
    """Return what a task is called in the reader's language."""
    return process_text(task.name or task.element_id)


def _steps(connection: Connection, task: Task) -> list[reads.Element]:
    steps = reads.elements(connection, task.instance_key)
    return [step for step in steps if step.type not in QUIET][-LATELY:]


def _lost(values: Mapping[str, Any] | None, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what was typed into a form that is not there any more, to be copied."""
    return [
        (labels.get(name, name), str(value))
        for name, value in (values or {}).items()
        if value not in ("", None, False, [])
    ]


def _visible(connection: Connection, task: Task) -> dict[str, Any]:
    if task.state == "CREATED":
        return reads.task_sees(connection, task.key)
    values = reads.variables(connection, task.instance_key)
    return {value.name: value.value for value in values if value.scope_key == task.instance_key}
