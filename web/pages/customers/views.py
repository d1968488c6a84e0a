"""The page of one customer, what happened before, and forgetting them."""

import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.text.digits import ascii_digits
from tasks.customers.events import HOW
from tasks.declare.words import CHANNELS, PURPOSES
from tasks.privacy import CANCEL, REFUSE
from web import erasure
from web.accounts import policy
from web.app.services import now, reading, services
from web.i18n import localizer
from web.pages.customers import listing
from web.pages.customers.next_steps import next_steps
from web.pages.customers.stage import stage
from web.pages.customers.startable import startable
from web.pages.customers.why import scores
from web.pages.customers.words import source, word
from web.reads import customers
from web.reads.customer_view import Line, Reader, customer_view, older

CHOICES = {"channels": CHANNELS, "purposes": PURPOSES, "ways": HOW}
WORDS = {"word": word, "source": source}
SHOWN = 20  # running instances named on the page
blueprint = Blueprint("customers", __name__, url_prefix="/customers")


@blueprint.get("")
@policy.requires("customer.see")
def index() -> str:
    """List customers; `q` searches names, numbers and addresses, the rest narrows the list."""
    return listing.show()


@blueprint.get("/<int:number>")
@policy.requires("customer.see")
def show(number: int) -> Any:
    """Show a customer: who, what is open, what happened, what is known, what may be done."""
    account = policy.check("customer.see")
    at = now()
    with reading() as connection, Session(connection) as session:
        view = customer_view(session, number, Reader(account.username, account.groups))
        if view.customer.merged_into_id:
            return redirect(url_for("customers.show", number=view.customer.merged_into_id))
        return render_template(
            "customers/show.html",
            view=view,
            stage=stage(view),
            next_steps=next_steps(view, at),
            scores=scores(view, at),
            startable=startable(connection, account),
            task_seen=lambda line: policy.can(account, "task.see", _as_task(line)),
            groups_of=_groups_of,
            once=uuid4().hex,
            now=at,
            **CHOICES,
            **WORDS,
        )


@blueprint.get("/<int:number>/timeline")
@policy.requires("customer.see")
def timeline(number: int) -> str:
    """Show what happened with a customer before an instant."""
    account = policy.check("customer.see")
    before = localizer.moment(request.args.get("before", ""))
    with reading() as connection, Session(connection) as session:
        known = customers.known(session, number)
        reader = Reader(account.username, account.groups)
        past = older(session, number, reader, before if isinstance(before, datetime) else None)
        return render_template(
            "customers/timeline.html",
            customer=known.customer,
            past=past,
            now=now(),
            names={},
            **WORDS,
        )


def _as_task(line: Line) -> SimpleNamespace:
    """Return what the policy asks of a task."""
    return SimpleNamespace(
        assignee=line.state,
        candidate_groups=_groups_of(line),
        candidate_users=(),
        process_id=line.more,
    )


def _groups_of(line: Line) -> list[str]:
    groups: list[str] = json.loads(line.note or "[]")
    return groups


@blueprint.get("/<int:number>/erasure")
@policy.requires("customer.forget")
def show_erasure(number: int) -> Any:
    """Ask whether a customer is to be forgotten, with what would go."""
    return _erasure(number)


@blueprint.post("/<int:number>/erasure")
@policy.requires("customer.forget")
def forget(number: int) -> Any:
    """Forget a customer; their number is typed, so that nobody does it by accident."""
    by = policy.check("customer.forget").username
    if ascii_digits(request.form.get("number", "")).strip() != str(number):
        asked = _("Type the number of the customer: %(number)s", number=number)
        return _erasure(number, asked), 422
    running = CANCEL if request.form.get("cancel") else REFUSE
    try:
        told = erasure.forget(services(), number, by, running=running)
    except Conflict as refused:
        return _erasure(number, refused.message), 409
    flash(_("Customer No. %(number)s is forgotten.", number=number), "good")
    if not told.overwritten:
        flash(_("The database was busy: an operator has to run “peyvand compact”."), "soon")
    return redirect(url_for("customers.index"), code=303)


def _erasure(number: int, problem: str = "") -> str:
    try:
        person, found = erasure.preview(services(), number)
    except Conflict as refused:
        person, found, problem = None, None, refused.message
    with reading() as connection, Session(connection) as session:
        known = customers.known(session, person.number if person else number)
        return render_template(
            "customers/erasure.html",
            known=known,
            found=found,
            running=found.running[:SHOWN] if found else [],
            problem=problem,
        )
