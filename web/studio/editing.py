"""A file of a draft in its editor: the page, saving with an ETag, who else is here."""

from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from engine import difference
from engine.errors import NotFound
from engine.model import Resource
from web import accounts
from web.accounts import policy
from web.app import xml_response
from web.app.services import engine, now
from web.i18n import localizer
from web.studio import checks, drafts, names, presence, screen, wording
from web.studio.blueprint import blueprint
from web.studio.drafts import Outdated, Save


@blueprint.get("/drafts/<int:number>/files/<path:name>")
@policy.requires("draft.see")
def edit(number: int, name: str) -> str:
    """Show a file in its editor; on a phone, and without the right to change it, to read."""
    draft, save = drafts.get(number), drafts.saved(number)
    files = drafts.files(save)
    if name not in files:
        raise NotFound
    account = policy.check("draft.see")
    editable = draft.open and policy.can(account, "draft.change")
    return render_template(
        f"studio/{names.editor(name)}.html",
        draft=draft,
        save=save,
        name=name,
        kind=names.editor(name),
        editable=editable,
        page=screen.page(
            draft, save, name, files, account, engine().service_tasks, engine().properties
        ),
        reading=screen.reading(name, files[name]),
    )


@blueprint.get("/drafts/<int:number>/contents/<path:name>")
@policy.requires("draft.see")
def contents(number: int, name: str) -> Response:
    """Answer a file as it was saved last, with its ETag."""
    save = drafts.saved(number)
    data = drafts.files(save).get(name)
    if data is None:
        raise NotFound
    answer = xml_response.answer(data) if names.editor(name) == "diagram" else Response(data)
    if names.editor(name) != "diagram":
        answer.mimetype = "text/plain"
    answer.headers["ETag"] = screen.etag(save, name)
    return answer


@blueprint.put("/drafts/<int:number>/contents/<path:name>")
@policy.requires("draft.change")
def keep(number: int, name: str) -> Any:
    """Save a file whose ETag is the one given; 409 with the difference if it is another now."""
    by = policy.check("draft.change").username
    seen = request.headers.get("If-Match", "").strip('"')
    data = request.get_data()
    try:
        save = drafts.put(number, names.checked(name), data, seen, by, now())
    except Outdated as outdated:
        return _conflict(outdated.theirs, name, seen, data), 409
    files = drafts.files(save)
    return jsonify(
        etag=screen.etag(save, name),
        number=save.number,
        message=_("Saved as %(number)s", number=localizer.number(save.number)),
        problems=checks.shown(checks.problems(files), files),
    )


@blueprint.post("/drafts/<int:number>/copies/<path:name>")
@policy.requires("draft.change")
def copy(number: int, name: str) -> Any:
    """Make a draft of its own from this one, with one file as it is sent: nobody's work is lost."""
    account = policy.check("draft.change")
    draft, files = drafts.get(number), drafts.files(drafts.saved(number))
    files[names.checked(name)] = request.get_data()
    title = _("%(name)s, %(who)s", name=draft.name, who=account.display_name)
    made = drafts.create(title, files, draft.base, account.username, now())
    return jsonify(url=url_for("studio.edit", number=made, name=name))


@blueprint.get("/drafts/<int:number>/presence")
@policy.requires("draft.see")
def present(number: int) -> Any:
    """Say who else has this draft open, and the ETag the file has now."""
    return _presence(number)


@blueprint.post("/drafts/<int:number>/presence")
@policy.requires("draft.see")
def here(number: int) -> Any:
    """Note that this window has a file open; answer as `present` does."""
    drafts.get(number)
    window = request.form.get("window", "")[:40]
    file = request.form.get("file", "")
    if window:
        presence.seen(number, window, policy.check("draft.see").username, file, now())
    return _presence(number)


def _presence(number: int) -> Any:
    save = drafts.saved(number)
    window, name = request.values.get("window", ""), request.values.get("file", "")
    others = presence.others(number, window, now())
    here = dict.fromkeys(who for who, file in others if file == name)
    there = [who for who in dict.fromkeys(who for who, _file in others) if who not in here]
    said = [_("also here: %(names)s", names=", ".join(here))] if here else []
    said += [_("in another file: %(names)s", names=", ".join(there))] if there else []
    return jsonify(
        csrf=generate_csrf(),
        etag=screen.etag(save, name) if name in save.files else "",
        others=" · ".join(said),
        message=_("%(who)s has saved this file meanwhile.", who=_who(save.saved_by)),
    )


def _conflict(theirs: Save, name: str, seen: str, mine: bytes) -> Any:
    """Say who was faster, and what they changed since the version that was edited."""
    now_there = drafts.files(theirs).get(name, b"")
    before = drafts.content_of(seen) or b""
    pair = [Resource(names.plain(name), before)], [Resource(names.plain(name), now_there)]
    lines = wording.lines(difference.compare(*pair)) if before else []
    text = _(
        "%(who)s has saved this file while you were editing it. Nothing is lost: their save is in"
        " the history. What they changed:",
        who=_who(theirs.saved_by),
    )
    return jsonify(
        message=text,
        changes=lines[:20] or [_("No change in what happens.")],
        etag=screen.etag(theirs, name),
        mine=len(mine),
    )


def _who(username: str) -> str:
    found = accounts.get(username)
    return found.display_name if found else username
