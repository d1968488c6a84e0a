"""Policy values on pages: the list, and one with its history and its form."""

from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.policy.records import PolicyValue
from web.accounts import policy
from web.app import audit
from web.app.services import now, reading, shared_transaction
from web.i18n.localizer import language
from web.pages.policies import typed

blueprint = Blueprint("policies", __name__, url_prefix="/policies")
CHANGED = "policy.changed"


@blueprint.get("")
@policy.requires("policy.see")
def index() -> str:
    """List all values by subject."""
    with reading() as connection, Session(connection) as session:
        found = session.scalars(select(PolicyValue).order_by(PolicyValue.key)).all()
        groups = [(name, list(some)) for name, some in groupby(found, _subject)]
        return render_template("policies/index.html", groups=groups, shown=_shown)


@blueprint.get("/<key>")
@policy.requires("policy.see")
def show(key: str) -> str:
    """Show a value with who owns it and how it came to be what it is."""
    return _page(key)


@blueprint.post("/<key>")
@policy.requires("policy.change")
def change(key: str) -> Any:
    """Change a value; why is asked and kept."""
    reason = request.form.get("reason", "").strip()[:1000]
    with shared_transaction() as transaction, Session(transaction.connection()) as session:
        value = _value(session, key)
        by = policy.check("policy.change", value).username
        try:
            new = typed.read(request.form.get("value", ""), value.default, language(), value.unit)
        except typed.NotOfItsKind as wrong:
            return _page(key, str(wrong)), 422
        if not reason:
            return _page(key, _("Say why it is changed.")), 422
        detail = {"old": value.value, "new": new, "reason": reason}
        value.value, value.updated_at = new, now()
        session.flush()
        audit.note(CHANGED, by, key, detail)
    flash(_("Saved. Processes go by it from now on."), "good")
    return redirect(url_for("policies.show", key=key), code=303)


def _page(key: str, problem: str = "") -> str:
    with reading() as connection, Session(connection) as session:
        value = _value(session, key)
        return render_template(
            "policies/show.html",
            value=value,
            history=audit.entries(connection, action=CHANGED, subject=key),
            shown=_shown,
            problem=problem,
            given=request.form,
        )


def _value(session: Session, key: str) -> PolicyValue:
    found = session.scalar(select(PolicyValue).where(PolicyValue.key == key))
    if found is None:
        raise NotFound(_("There is no such policy value."))
    return found


def _subject(value: PolicyValue) -> str:
    return value.key.partition(".")[0]


def _shown(value: Any) -> str:
    return typed.shown(value, language())
