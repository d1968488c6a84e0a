"""The page of a task link: its form, what may be seen there, and taking the answer once."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from engine import reads
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.forms import ComponentView, Field, Form
from engine.forms.reading import flat
from engine.reads import Task
from tasks.cases.records import Case
from tasks.links.reading import Opened, actor_of, use
from tasks.partners.records import Partner
from tasks.policy.records import values
from web.app.services import engine, now, reading
from web.forms import form_page
from web.forms.form_cache import form_of
from web.portal.links.states import state_page

OWN_FIELDS = frozenset({"add_row", "asked", "form"})  # of the page, not of the form


def show(
    ticket: str, opened: Opened, typed: Any = None, problems: Any = (), *, more: bool = False
) -> str:
    """Return the page with the form; `more`: there are questions that were not seen before."""
    task = _task_of(opened)
    with reading() as connection:
        form = form_of(connection, task) or Form("", ())
        seen = visible(connection, opened)
        company = _company(connection)
    shown = form_page.build(form, seen, typed, problems)
    return render_template(
        "links/answer.html",
        ticket=ticket,
        task=task,
        form=shown,
        facts=seen if opened.link.party == "partner" else {},
        asked=" ".join(sorted(_asked(shown.components))),
        form_key=task.form_key or "",
        more=more,
        company=company,
    )


def take(ticket: str, opened: Opened) -> Any:
    """Take the answer, once; what was typed is shown again when something is wrong with it."""
    task = _task_of(opened)
    with reading() as connection:
        form = form_of(connection, task) or Form("", ())
        seen = visible(connection, opened)
    if strange(form, request.form):
        return state_page("strange", 400)
    typed = form_page.sent(form)
    asked = _asked(form_page.build(form, seen, typed).components)
    unseen = asked - set(request.form.get("asked", "").split())
    changed = request.form.get("form", "") != str(task.form_key or "")
    if request.form.get("add_row"):
        return show(ticket, opened, typed)
    if unseen or changed:  # a question that comes with an answer, or a new version of the form
        return show(ticket, opened, typed, more=True)
    return _complete(ticket, opened, typed)


def answer_digest() -> str:
    """Return the digest of what was sent: the same again is the same answer."""
    fields = sorted((name, text) for name, text in request.form.items(multi=True))
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def visible(connection: Connection, opened: Opened) -> dict[str, Any]:
    """Return the variables that may be seen: a partner's are those that drawing and record name.

    Of a restricted case a partner sees nothing.
    """
    task = _task_of(opened)
    seen = reads.task_sees(connection, task.key)
    if opened.link.party != "partner":
        return seen
    with Session(connection) as session:
        partner = session.get(Partner, opened.link.partner_id)
        number = seen.get("case_id")
        case = session.get(Case, number) if isinstance(number, int) else None
        may = set(partner.may_see) if partner else set()
        if case is not None and case.restricted:
            return {}
    listed = (task.outside or {}).get("shows") or []
    return {name: seen[name] for name in listed if name in may and name in seen}


def strange(form: Form, sent: Iterable[str]) -> bool:
    """Return whether something was sent that the form does not ask for."""
    return any(not _is_asked(form.components, name) for name in sent if name not in OWN_FIELDS)


def _is_asked(components: Sequence[Field], name: str) -> bool:
    plain = name.split("~", 1)[0]
    for field in flat(components):
        if plain == field.key:
            return True
        if field.is_list and plain.startswith(f"{field.key}."):
            _, _, rest = plain.removeprefix(f"{field.key}.").partition(".")
            return _is_asked(field.children, rest)
    return False


def _asked(components: Iterable[ComponentView]) -> set[str]:
    """Return the names of the questions that are shown."""
    found: set[str] = set()
    for shown in components:
        if shown.hidden:
            continue
        if shown.name:
            found.add(shown.name)
        found |= _asked(shown.children)
    return found


def _complete(ticket: str, opened: Opened, typed: Mapping[str, Any]) -> Any:
    task, link, at, digest = _task_of(opened), opened.link, now(), answer_digest()
    commands = engine().by(
        actor_of(link),
        None,
        lambda connection: use(connection, link, digest, task.form_key, at),
    )
    try:
        commands.tasks.complete(task.key, dict(typed))
    except Invalid as error:
        problems = form_page.field_problems(error)
        if not problems:
            raise
        return show(ticket, opened, typed, problems), 422
    except (Conflict, NotFound, Forbidden):  # answered, closed or suspended in the meantime
        return redirect(url_for("links.open_link", ticket=ticket, late=1), code=303)
    return redirect(url_for("links.open_link", ticket=ticket), code=303)


def _task_of(opened: Opened) -> Task:
    if opened.task is None:
        raise NotFound
    return opened.task


def _company(connection: Connection) -> dict[str, Any]:
    with Session(connection) as session:
        return values(session, "company")
