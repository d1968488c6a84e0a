"""The audit log with its search."""

from flask import Blueprint, render_template, request

from web.accounts import policy
from web.app import audit
from web.app.services import reading

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("")
@policy.requires("audit.see")
def index() -> str:
    """List what happened, newest first, by action and by a word."""
    action, search = request.args.get("action", ""), request.args.get("q", "").strip()[:100]
    text = request.args.get("before", "")
    before = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
    with reading() as connection:
        found = audit.entries(connection, action=action, search=search, before=before)
        known = audit.actions(connection)
    return render_template(
        "audit/index.html",
        entries=found,
        actions=known,
        action=action,
        search=search,
        more=len(found) == audit.PAGE,
    )
