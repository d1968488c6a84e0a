"""Incidents: what stands still and needs an operator, and the retry."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from engine import reads
from web.accounts import policy
from web.app.services import engine, reading
from web.pages.shared.addresses import local_address

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")


@blueprint.get("")
@policy.requires("incident.see")
def index() -> str:
    """List incidents, newest first: open ones, or all with `state=all`."""
    state = None if request.args.get("state") == "all" else "ACTIVE"
    with reading() as connection:
        page = reads.incidents(connection, state=state, after=request.args.get("after") or None)
    return render_template("instances/incidents.html", page=page, everything=state is None)


@blueprint.post("/<int:key>/resolution")
@policy.requires("incident.resolve")
def resolution(key: int) -> Any:
    """Try the failed step again."""
    account = policy.check("incident.resolve")
    with reading() as connection:
        incident = reads.incident(connection, key)
    engine().by(account.username).incidents.resolve(key)
    flash(_("It is being tried again."), "good")
    fallback = f"/instances/{incident.instance_key}"
    return redirect(local_address(request.form.get("next") or fallback), code=303)
