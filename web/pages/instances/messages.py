"""Messages that reached nobody: who sends what in vain, without what is in them."""

from flask import Blueprint, render_template, request

from engine import reads
from web.accounts import policy
from web.app.services import engine, reading

blueprint = Blueprint("messages", __name__, url_prefix="/messages")


@blueprint.get("")
@policy.requires("message.see")
def index() -> str:
    """List messages that nobody took, newest first, by name."""
    name = request.args.get("q", "").strip()
    with reading() as connection:
        page = reads.unmatched(
            connection, name=name or None, after=request.args.get("after") or None
        )
    return render_template("instances/messages.html", page=page, name=name, now=engine().clock())
