"""The table of retention: what is due now (a dry run), what was done, changing months."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from engine.text.digits import ascii_digits
from tasks.retention.records import RetentionRule, RetentionRun
from tasks.retention.running import due
from web.accounts import policy
from web.app import audit
from web.app.services import now, reading, writing

blueprint = Blueprint("retention", __name__, url_prefix="/retention")
MOST_MONTHS = 1200
LATELY = 30  # runs shown
RECORDS: dict[str, Any] = {
    "leads": lazy_gettext("enquiries and leads"),
    "cases_of_strangers": lazy_gettext("cases of people who are no customers"),
    "survey_texts": lazy_gettext("words in surveys"),
    "interactions": lazy_gettext("what was said and written"),
    "messages": lazy_gettext("messages to customers"),
    "notes": lazy_gettext("notes about customers"),
    "profile_facts": lazy_gettext("what customers told of themselves"),
    "purchase_signals": lazy_gettext("signs of a coming purchase"),
    "scores": lazy_gettext("former scores"),
    "segment_moves": lazy_gettext("moves between segments"),
    "consents": lazy_gettext("permissions and refusals"),
    "invoices": lazy_gettext("invoices"),
}
THEN: dict[str, Any] = {
    "erase": lazy_gettext("erased"),
    "blank": lazy_gettext("words erased, record kept"),
    "keep": lazy_gettext("kept as the law says"),
}


# what the table says as it is delivered; another text stands as it was written
SAID: dict[str, Any] = {
    "winning customers": lazy_gettext("winning customers"),
    "handling complaints of people who are no customers": lazy_gettext(
        "handling complaints of people who are no customers"
    ),
    "hearing what customers think": lazy_gettext("hearing what customers think"),
    "serving customers": lazy_gettext("serving customers"),
    "proving what was written to customers": lazy_gettext("proving what was written to customers"),
    "working together": lazy_gettext("working together"),
    "knowing customers": lazy_gettext("knowing customers"),
    "calling at the right time": lazy_gettext("calling at the right time"),
    "serving customers by their value": lazy_gettext("serving customers by their value"),
    "measuring campaigns": lazy_gettext("measuring campaigns"),
    "proving what customers permit": lazy_gettext("proving what customers permit"),
    "accounting": lazy_gettext("accounting"),
    "legitimate interest": lazy_gettext("legitimate interest"),
    "asked for by the person": lazy_gettext("asked for by the person"),
    "consent": lazy_gettext("consent"),
    "contract": lazy_gettext("contract"),
    "legal duty": lazy_gettext("legal duty"),
}


@blueprint.get("")
@policy.requires("retention.see")
def show() -> str:
    """Show the table with what would be erased or blanked now; nothing is changed."""
    with reading() as connection, Session(connection) as session:
        runs = select(RetentionRun).order_by(RetentionRun.id.desc()).limit(LATELY)
        return render_template(
            "retention/show.html",
            due=due(session, now()),
            runs=session.scalars(runs).all(),
            records=RECORDS,
            then=THEN,
            said=SAID,
        )


@blueprint.post("/<int:number>")
@policy.requires("retention.change")
def change(number: int) -> Any:
    """Change for how many months one kind of record is kept."""
    by = policy.check("retention.change").username
    typed = ascii_digits(request.form.get("months", "")).strip()
    if not typed.isdecimal() or not 1 <= int(typed) <= MOST_MONTHS:
        raise Invalid(_("Give a number of months from 1 to %(most)s.", most=MOST_MONTHS))
    with writing() as connection, Session(connection) as session:
        rule = session.get(RetentionRule, number)
        if rule is None or rule.ending == "keep":
            raise NotFound
        was, rule.months, rule.updated_at = rule.months, int(typed), now()
        session.flush()
        record, told = rule.record, {"was": was, "is": rule.months}
    audit.note("retention.change", by, record, told)
    flash(_("It holds from tonight on."), "good")
    return redirect(url_for("retention.show"), code=303)
