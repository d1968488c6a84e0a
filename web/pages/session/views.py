"""Signing in and out."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from web import accounts
from web.accounts import openid, policy
from web.app import audit
from web.app.services import now, settings
from web.i18n.localizer import digits
from web.pages.shared.addresses import local_address

blueprint = Blueprint("session", __name__)


@blueprint.get("/login")
@policy.requires(policy.ANYBODY)
def login() -> Any:
    """Show the sign-in page."""
    if accounts.current() is not None:
        return redirect(url_for("inbox.show"))
    return _page(next_page=request.args.get("next", ""))


@blueprint.post("/session")
@policy.requires(policy.ANYBODY)
def begin() -> Any:
    """Sign in and go where the person wanted to go."""
    username = request.form.get("username", "").strip()
    wanted = request.form.get("next", "")
    address, at = request.remote_addr or "", now()
    if wait := accounts.wait_before_sign_in(username, address, at):
        text = ngettext(
            "Too many attempts. Try again in a second.",
            "Too many attempts. Try again in %(num)s seconds.",
            wait,
        )
        return _page(digits(text), username, wanted), 429, {"Retry-After": str(wait)}
    account = accounts.by_password(username, request.form.get("password", ""))
    if account is None:
        accounts.note_failure(username, address, at)
        audit.note("sign_in.failed", "", username)
        text = _("The user name or the password is not right.")
        return _page(text, username, wanted), 422
    accounts.sign_in(account)
    audit.note("sign_in", account.username, account.username)
    return redirect(local_address(wanted), code=303)


@blueprint.post("/session/end")
@policy.requires("account.own")
def end() -> Any:
    """Sign out."""
    audit.note("sign_out", policy.check("account.own").username)
    accounts.sign_out()
    return redirect(url_for("session.login"), code=303)


def _page(problem: str = "", username: str = "", next_page: str = "") -> str:
    return render_template(
        "session/login.html",
        problem=problem,
        username=username,
        next=next_page,
        provider=settings().oidc_name if openid.configured() else "",
    )
