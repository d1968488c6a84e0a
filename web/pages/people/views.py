"""Accounts on pages: the list, a new one, one with its groups, roles, password and access."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import AlreadyExists, Conflict, Invalid
from web import accounts
from web.accounts import ROLES, administration, policy
from web.app.services import reading
from web.i18n import localizer
from web.reads import groups

blueprint = Blueprint("people", __name__, url_prefix="/people")
MAY_CHANGE = "account.change"


@blueprint.get("")
@policy.requires(MAY_CHANGE)
def index() -> str:
    """List everybody, those with a word in name or mail."""
    search = request.args.get("q", "")
    return render_template("people/index.html", people=administration.people(search), search=search)


@blueprint.get("/new")
@policy.requires(MAY_CHANGE)
def new() -> str:
    """Show the form of a new account."""
    return _new_page()


@blueprint.post("/new")
@policy.requires(MAY_CHANGE)
def add() -> Any:
    """Make an account. Without a password it is for tokens or OpenID alone."""
    policy.check(MAY_CHANGE)
    username, form = request.form.get("username", "").strip(), request.form
    values = _given()
    try:
        accounts.create(
            username,
            form.get("password", ""),
            display_name=values["display_name"],
            email=values["email"],
            locale=values["locale"],
            groups=values["groups"],
            roles=values["roles"],
        )
    except AlreadyExists:
        return _new_page(_("There is an account of this name already.")), 422
    except Invalid as wrong:
        return _new_page(_why(wrong)), 422
    flash(_("The account is there."), "good")
    return redirect(url_for("people.show", username=username), code=303)


@blueprint.get("/<username>")
@policy.requires(MAY_CHANGE)
def show(username: str) -> str:
    """Show one account with what may be changed."""
    return _page(username)


@blueprint.post("/<username>")
@policy.requires(MAY_CHANGE)
def change(username: str) -> Any:
    """Change name, mail, language, groups and roles; open or close the account."""
    by = policy.check(MAY_CHANGE).username
    try:
        administration.change_person(by, username, _given())
    except Conflict:
        return _page(username, _("Somebody must stay who may change accounts.")), 422
    except Invalid as wrong:
        return _page(username, _why(wrong)), 422
    flash(_("Saved."), "good")
    return redirect(url_for("people.show", username=username), code=303)


@blueprint.post("/<username>/password")
@policy.requires(MAY_CHANGE)
def password(username: str) -> Any:
    """Set a new password for somebody who forgot it."""
    by = policy.check(MAY_CHANGE).username
    try:
        administration.set_password(by, username, request.form.get("password", ""))
    except Invalid as wrong:
        return _page(username, _why(wrong)), 422
    flash(_("The password is set; every browser of theirs was signed out."), "good")
    return redirect(url_for("people.show", username=username), code=303)


@blueprint.post("/<username>/access/end")
@policy.requires(MAY_CHANGE)
def end_access(username: str) -> Any:
    """Sign somebody out everywhere and end their tokens."""
    administration.end_access(policy.check(MAY_CHANGE).username, username)
    flash(_("Signed out everywhere; the tokens no longer work."), "good")
    return redirect(url_for("people.show", username=username), code=303)


def _given() -> dict[str, Any]:
    form = request.form
    more = [name.strip() for name in form.get("more_groups", "").split(",")]
    locale = form.get("locale", "")
    return {
        "display_name": form.get("display_name", "")[:200],
        "email": form.get("email", "").strip()[:320],
        "locale": locale if locale in localizer.LANGUAGES else "",
        "groups": [name[:100] for name in (*form.getlist("groups"), *more) if name],
        "roles": form.getlist("roles"),
        "active": "active" in form,
    }


def _why(wrong: Invalid) -> str:
    """Return in the reader's language what was wrong."""
    texts = {
        "username": _("A user name has no spaces and at most 100 characters."),
        "password": _("Choose another: eight characters or more, and no usual one."),
        "roles": _("There is no such role."),
    }
    elements = [problem.element for problem in wrong.problems]
    return next((texts[one] for one in elements if one in texts), wrong.message)


def _groups() -> list[str]:
    with reading() as connection:
        asked = groups.with_tasks(connection)
    return sorted({*administration.known_groups(), *asked})


def _new_page(problem: str = "") -> str:
    return render_template(
        "people/new.html",
        problem=problem,
        given=request.form,
        groups=_groups(),
        roles=ROLES,
        languages=localizer.LANGUAGES,
    )


def _page(username: str, problem: str = "") -> str:
    return render_template(
        "people/show.html",
        person=administration.person(username),
        problem=problem,
        groups=_groups(),
        roles=ROLES,
        languages=localizer.LANGUAGES,
    )
