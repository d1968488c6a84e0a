"""Starting a process: which the person may start, and the start form."""

from difflib import get_close_matches
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import forms, reads
from engine.errors import Conflict, Invalid
from engine.forms import Form
from engine.model import StartRequest
from engine.reads import Definition
from engine.text.normal import search_form, search_words
from web import accounts
from web.accounts import policy
from web.app.services import engine, reading
from web.forms import form_page
from web.i18n.process_texts import process_text
from web.reads import customers
from web.reads.customers import Card

NEAR = 0.75  # of 1: how alike two words are to count as one
DIGITS = 19  # a number of ours has fewer
blueprint = Blueprint("start", __name__)


@blueprint.get("/start")
@policy.requires("process.start")
def index() -> str:
    """List the processes the person may start by hand."""
    account = policy.check("process.start")
    with reading() as connection:
        found = reads.definitions(connection)
    mine = [one for one in found if one.startable and policy.can(account, "process.start", one)]
    search = request.args.get("q", "").strip()[:200]
    mine = [one for one in mine if _says(one, search)]
    return render_template("processes/start_index.html", definitions=mine, need=need, search=search)


@blueprint.get("/processes/<process_id>/start")
@policy.requires("process.start")
def show(process_id: str) -> str:
    """Show the start form, or just the button where a process asks for nothing."""
    definition, form = _definition(process_id)
    return _page(definition, form)


def _about() -> dict[str, int]:
    """Return the variable that says about which customer a process is started, if it is."""
    said = request.args.get("customer_id", "")
    return {"customer_id": int(said)} if said.isdecimal() and len(said) < DIGITS else {}


@blueprint.post("/processes/<process_id>/start")
@policy.requires("process.start")
def begin(process_id: str) -> Any:
    """Start an instance and lead to its first task for the person, or to the instance."""
    definition, form = _definition(process_id)
    account = policy.check("process.start", definition)
    values = form_page.sent(form)
    if request.form.get("add_row"):
        return _page(definition, form, values)
    try:
        checked = form.check(values, {}, now=form_page.here())
        wanted = StartRequest(definition_key=definition.key, variables=checked | _about())
        started = engine().by(account.username).instances.start(wanted)
    except Invalid as error:
        problems = form_page.field_problems(error)
        if not problems:
            raise
        return _page(definition, form, values, problems), 422
    flash(_("“%(name)s” has started.", name=definition.name or definition.process_id), "good")
    task = _first_task(started.instance_key, account)
    if task is not None:
        return redirect(url_for("tasks.show", key=task), code=303)
    return redirect(url_for("instances.show", key=started.instance_key), code=303)


@blueprint.post("/processes/<process_id>/start/form")
@policy.requires("process.start")
def redrawn(process_id: str) -> Any:
    """Draw the start form for what is typed so far."""
    definition, form = _definition(process_id)
    return _page(definition, form, form_page.sent(form))


def need(definition: Definition) -> str:
    """Return what a process is started for: its button, or its name."""
    return process_text(
        definition.properties.get("button") or definition.name or definition.process_id
    )


def _says(definition: Definition, search: str) -> bool:
    """Return whether a process is found by these words, however they are spelt."""
    said = (
        need(definition),
        process_text(definition.name or ""),
        process_text(definition.documentation or ""),
    )
    text = search_form(" ".join(said))
    known = text.split()
    return all(
        word in text or get_close_matches(word, known, 1, NEAR) for word in search_words(search)
    )


def _definition(process_id: str) -> tuple[Definition, Form]:
    with reading() as connection:
        definition = reads.definition(connection, process_id=process_id)
        schema = reads.start_form(connection, definition.key)
    policy.check("process.start", definition)
    if not definition.startable:
        raise Conflict(_("This process starts by itself, not by hand."))
    return definition, forms.parse(schema) if schema else Form("", ())


def _first_task(instance_key: int, account: Any) -> int | None:
    with reading() as connection:
        for wait in reads.waiting(connection, instance_key):
            if wait.kind == "user_task":
                task = reads.task(connection, wait.key)
                if policy.can(account, "task.complete", task):
                    return task.key
    return None


def _page(definition: Definition, form: Form, values: Any = None, problems: Any = ()) -> str:
    return render_template(
        "processes/start.html",
        about=_customer(),
        definition=definition,
        form=form_page.build(form, {}, values, problems),
    )


def _customer() -> Card | None:
    about = _about()
    if not about or not policy.can(accounts.current(), "customer.see"):
        return None
    with reading() as connection, Session(connection) as session:
        return customers.card(session, about["customer_id"])
