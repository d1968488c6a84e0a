"""Templates on pages: the list, and one text with its form, preview and earlier editions."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from engine.model import Problem
from tasks.declare.words import CHANNELS, PURPOSES
from tasks.policy.records import values
from tasks.templates import editing
from tasks.templates.editing import LANGUAGES, Text
from tasks.templates.records import TICKS, editions
from tasks.templates.rendering import fields_of
from web.accounts import policy
from web.app import audit
from web.app.services import now, reading, shared_transaction
from web.i18n import localizer
from web.pages.templates.preview import preview

blueprint = Blueprint("templates", __name__, url_prefix="/templates")
MAY_CHANGE = "template.change"


@blueprint.get("")
@policy.requires("template.see")
def index() -> str:
    """List templates by purpose, with what is missing."""
    with reading() as connection, Session(connection) as session:
        found = editing.overviews(session)
        groups = [(each, [one for one in found if one.purpose == each]) for each in PURPOSES]
        return render_template(
            "templates/index.html",
            groups=[group for group in groups if group[1]],
            languages=localizer.LANGUAGES,
        )


@blueprint.get("/new")
@policy.requires(MAY_CHANGE)
def new() -> Any:
    """Ask name and purpose of a new template; with both, go to its first text."""
    name, purpose = request.args.get("name", ""), request.args.get("purpose", "")
    if name and purpose in PURPOSES:
        return redirect(url_for("templates.show", name=name, purpose=purpose))
    return render_template("templates/new.html", purposes=PURPOSES, name=name)


@blueprint.get("/<name>")
@policy.requires("template.see")
def show(name: str) -> str:
    """Show one text of a template."""
    return _page(name, None)


@blueprint.post("/<name>/preview")
@policy.requires(MAY_CHANGE)
def look(name: str) -> str:
    """Show what was typed as its reader would get it; nothing is kept."""
    return _page(name, _typed())


@blueprint.post("/<name>")
@policy.requires(MAY_CHANGE)
def save(name: str) -> Any:
    """Keep what was typed as the next edition."""
    by, text, (channel, language) = policy.check(MAY_CHANGE).username, _typed(), _place()
    purpose, seen = request.form.get("purpose", ""), _number("edition")
    try:
        with shared_transaction() as transaction, Session(transaction.connection()) as session:
            place = (name, channel, language)
            added = editing.save(session, place, text, purpose=purpose, seen=seen, now=now())
            detail = {"channel": channel, "language": language, "edition": added.edition}
            audit.note("template.changed", by, name, detail | {"ready": added.ready()})
            ready = added.ready()
    except (Conflict, IntegrityError):
        told = _("Somebody else has saved a newer edition meanwhile. Yours is kept below.")
        return _page(name, text, [Problem(told)]), 409
    except Invalid as wrong:
        return _page(name, text, [_told(each) for each in wrong.problems]), 422
    flash(_("Saved. It goes out from now on.") if ready else _("Saved as a draft."), "good")
    return redirect(
        url_for("templates.show", name=name, channel=channel, language=language), code=303
    )


def _page(name: str, typed: Text | None, problems: list[Problem] | None = None) -> str:
    with reading() as connection, Session(connection) as session:
        there = editing.overview(session, name)
        purpose = there.purpose if there else request.values.get("purpose", "")
        if purpose not in PURPOSES:
            raise NotFound(_("There is no such template."))
        channel, language = _place(there)
        newest = there.newest.get((channel, language)) if there else None
        text = typed or (
            Text(
                newest.subject,
                newest.body,
                frozenset(t for t, on in newest.checklist.items() if on),
            )
            if newest
            else Text("", "")
        )
        past = [
            t
            for t in session.scalars(editions(name))
            if (t.channel, t.language) == (channel, language)
        ]
        return render_template(
            "templates/show.html",
            name=name,
            purpose=purpose,
            template=there,
            channel=channel,
            language=language,
            newest=newest,
            in_use=there.in_use.get((channel, language)) if there else None,
            text=text,
            past=past,
            preview=preview(text, language, values(session, "company")),
            direction="rtl" if language == "fa" else "ltr",
            unfilled=editing.unfilled(session, name, text) if past else [],
            fields=sorted(
                editing.GENERAL | {f for t in past for f in fields_of(t.subject + t.body)}
            ),
            ticks=TICKS,
            channels=CHANNELS,
            languages={code: localizer.LANGUAGES[code] for code in LANGUAGES},
            problems=problems or [],
        )


def _place(there: editing.Overview | None = None) -> tuple[str, str]:
    first = there.channels[0] if there else "email"
    channel, language = request.values.get("channel", first), request.values.get("language", "")
    known = language if language in LANGUAGES else localizer.language()
    return channel if channel in CHANNELS else first, known if known in LANGUAGES else "en"


def _typed() -> Text:
    form = request.form
    ticks = frozenset(form.getlist("ticks")) & frozenset(TICKS)
    return Text(form.get("subject", ""), form.get("body", ""), ticks)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


def _told(problem: Problem) -> Problem:
    """Return the problem in the reader's language."""
    texts = {
        "name": _("A name has small letters, digits and hyphens."),
        "subject": _("A subject is one line of at most 300 characters; a mail needs one."),
        "body": _("Write a text."),
    }
    if problem.rule == "field":
        said = _(
            "“%(text)s” is no field. A field looks like %(example)s.",
            text=problem.hint,
            example="{{customer.name}}",
        )
    elif problem.rule == "refusal":
        said = _(
            "A marketing mail says where to write to get no more: use %(field)s.",
            field="{{company.email}}",
        )
    else:
        said = texts.get(problem.element, problem.message)
    return Problem(said, element=problem.element)
