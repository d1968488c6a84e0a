"""Drafts begin: the list, and a new one from a version, an example, files or nothing."""

from typing import Any

from flask import redirect, render_template, request, url_for

from engine import reads
from web.accounts import policy
from web.app.services import now, reading
from web.studio import approvals, drafts, origins
from web.studio.blueprint import blueprint
from web.studio.origins import Origin


@blueprint.get("")
@policy.requires("draft.see")
def index() -> str:
    """List open drafts, what waits for approval, and what was deployed or discarded."""
    found, ended = drafts.listed(), drafts.listed(ended=True)
    return render_template(
        "studio/index.html",
        drafts=found,
        ended=ended[:20],
        waiting={each.draft_id for each in approvals.waiting()},
    )


@blueprint.get("/new")
@policy.requires("draft.change")
def new() -> str:
    """Ask what a draft begins from; `version` proposes any deployed version."""
    wanted = request.args.get("version", "")
    with reading() as connection:
        deployed = reads.definitions(connection)
        if wanted.isdecimal() and len(wanted) < 19:
            proposed = reads.definition(connection, int(wanted))
            deployed += [proposed] if proposed not in deployed else []
    return render_template("studio/new.html", definitions=deployed, examples=origins.examples())


@blueprint.post("/drafts")
@policy.requires("draft.change")
def create() -> Any:
    """Begin a draft."""
    account = policy.check("draft.change")
    origin = _origin()
    name = request.form.get("name", "").strip() or origin.name
    made = drafts.create(name, origin.files, origin.base, account.username, now())
    return redirect(url_for("studio.show", number=made), code=303)


def _origin() -> Origin:
    version = request.form.get("version", "")
    if version.isdecimal() and len(version) < 19:
        return origins.version(int(version))
    if example := request.form.get("example", ""):
        return origins.example(example)
    given = [(each.filename or "", each.read()) for each in request.files.getlist("files")]
    if any(name for name, _content in given):
        return origins.uploaded(given)
    return origins.blank(request.form.get("name", "").strip() or "?")
