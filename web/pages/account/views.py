"""The account page: language, calendar, shortcuts, API tokens."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.errors import Forbidden, Invalid
from engine.model import Problem
from web import accounts
from web.accounts import policy
from web.accounts.passwords import change_password, end_other_sessions
from web.accounts.sessions import own_digest, sessions
from web.app.services import settings
from web.i18n import localizer
from web.pages.shared.addresses import local_address

blueprint = Blueprint("account", __name__, url_prefix="/account")
DAYS = (30, 90, 365)


@blueprint.get("")
@policy.requires("account.own")
def show() -> str:
    """Show who is signed in, their settings and tokens."""
    return _page()


@blueprint.post("/settings")
@policy.requires("account.own")
def change() -> Any:
    """Keep the person's calendar and shortcuts."""
    account = policy.check("account.own")
    calendar = request.form.get("calendar", "")
    accounts.change(
        account.username,
        {
            "calendar": calendar if calendar in localizer.CALENDARS else "",
            "shortcuts": "shortcuts" in request.form,
        },
    )
    flash(_("Saved."), "good")
    return redirect(url_for("account.show"), code=303)


@blueprint.post("/language")
@policy.requires(policy.ANYBODY)
def language() -> Any:
    """Switch the language: for this browser, and for the account of who is signed in."""
    code = request.form.get("locale", "")
    if code not in localizer.LANGUAGES:
        raise Invalid(_("There is no such language."), [Problem("unknown", element="locale")])
    account = accounts.current()
    if account is not None:
        accounts.change(account.username, {"locale": code})
    answer = redirect(local_address(request.form.get("next", "")), code=303)
    answer.set_cookie(
        localizer.COOKIE, code, max_age=31_536_000, secure=settings().secure, samesite="Lax"
    )
    return answer


@blueprint.post("/tokens")
@policy.requires("account.own")
def make_token() -> Any:
    """Make an API token; its secret is on this answer only."""
    account = policy.check("account.own")
    name = request.form.get("name", "").strip()
    if not name:
        return _page(problem=_("Give the token a name, so that you know it later.")), 422
    days = request.form.get("days", "")
    known = int(days) if days.isdecimal() and int(days) in DAYS else DAYS[-1]
    scopes = [each for each in request.form.getlist("scopes") if each in policy.scopes()]
    return _page(secret=accounts.make_token(account, name, known, scopes)), 201


@blueprint.post("/tokens/<int:number>/revocation")
@policy.requires("account.own")
def revoke_token(number: int) -> Any:
    """End a token at once."""
    accounts.revoke_token(policy.check("account.own"), number)
    flash(_("The token no longer works."), "good")
    return redirect(url_for("account.show"), code=303)


@blueprint.post("/password")
@policy.requires("account.own")
def password() -> Any:
    """Change one's own password; other browsers are signed out."""
    account, given = policy.check("account.own"), request.form
    try:
        change_password(account, given.get("old", ""), given.get("new", ""), own_digest())
    except Invalid:
        return _page(wrong=_("Choose another: eight characters or more, and no usual one.")), 422
    except Forbidden:
        return _page(wrong=_("The present password is not right.")), 422
    flash(_("The password is changed; other browsers were signed out."), "good")
    return redirect(url_for("account.show"), code=303)


@blueprint.post("/sessions/end")
@policy.requires("account.own")
def end_sessions() -> Any:
    """Sign out every other browser."""
    ended = end_other_sessions(policy.check("account.own"), own_digest())
    text = ngettext("One browser was signed out.", "%(num)s browsers were signed out.", ended)
    flash(localizer.digits(text), "good")
    return redirect(url_for("account.show"), code=303)


def _page(secret: str = "", problem: str = "", wrong: str = "") -> str:
    account = policy.check("account.own")
    return render_template(
        "account/show.html",
        tokens=accounts.tokens(account),
        secret=secret,
        problem=problem,
        wrong=wrong,
        sessions=sessions(account),
        calendars=localizer.CALENDARS,
        days=DAYS,
        scopes=policy.scopes(),
    )
