"""Sends an instance a message that its drawing offers as a button."""

from typing import Any

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _

from engine.errors import Conflict, NotFound
from web.accounts import policy
from web.app.services import engine, reading
from web.pages.shared.addresses import local_address
from web.reads.page_actions import PageAction, actions

blueprint = Blueprint("actions", __name__, url_prefix="/instances/<int:key>")


@blueprint.post("/messages/<int:subscription>")
@policy.requires("instance.act")
def send(key: int, subscription: int) -> Any:
    """Send the message with what was asked for, and the name of who sends it."""
    account = policy.check("instance.act")
    with reading() as connection:
        offered = actions(connection, key, account)
    action = next(
        (one for one in offered if one.kind == "message" and one.key == subscription), None
    )
    if action is None:
        raise Conflict(_("The process does not wait for this any more."))
    said = request.form.get("said", "").strip()[:500]
    text = f"{account.display_name}: {said}" if said else account.display_name
    _send(action, {action.asks: text} if action.asks else {}, account.username)
    flash(_("It is under way."), "good")
    return redirect(local_address(request.form.get("next", f"/instances/{key}")), code=303)


def _send(action: PageAction, variables: dict[str, Any], by: str) -> None:
    try:
        engine().by(by).messages.correlate(action.message, action.correlation_key, variables)
    except NotFound:
        raise Conflict(_("The process does not wait for this any more.")) from None
