"""The story of `peyvand demo play`: what happened and why, and the button for the next step."""

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug import Response

from engine import reads
from web.accounts import policy
from web.app.services import reading, services
from web.reads import story

blueprint = Blueprint("story", __name__, url_prefix="/story")


@blueprint.get("")
@policy.requires("system.see")
def show() -> str:
    """Show the steps that were played, the newest on top."""
    found = story.read(services().settings.var)
    if found is None:
        abort(404)
    with reading() as connection:
        names = {one.process_id: one.name for one in reads.definitions(connection)}
    days = [datetime.fromisoformat(each.at) for each in found.told]
    return render_template("story/show.html", story=found, names=names, days=days)


@blueprint.post("/steps")
@policy.requires("system.see")
def next_step() -> Response:
    """Ask for the next step; `peyvand demo play` does it within moments."""
    var = services().settings.var
    found = story.read(var)
    if found is None:
        abort(404)
    story.want(var, min(len(found.told) + 1, found.total))
    return redirect(url_for("story.show"), 303)
