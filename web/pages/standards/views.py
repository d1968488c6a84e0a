"""Standards on pages: the list, and one with its five parts, its chart and its table."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.text import Unreadable
from engine.text.numbers import read_number
from tasks.standards.charting import chart, freeze
from tasks.standards.measure import Measure
from tasks.standards.measuring import measurements
from tasks.standards.records import ControlLimits, ServiceStandard
from tasks.standards.smart import goal, missing
from tasks.touchpoints.records import Touchpoint
from web.accounts import policy
from web.app import audit
from web.app.services import now, reading, shared_transaction
from web.i18n.localizer import language
from web.pages.shared.control_chart import picture

blueprint = Blueprint("standards", __name__, url_prefix="/standards")
CHANGED = "standard.changed"
LONGEST = 500


@blueprint.get("")
@policy.requires("standard.see")
def index() -> str:
    """List the standards with their newest week."""
    with reading() as connection, Session(connection) as session:
        found = session.scalars(
            select(ServiceStandard).order_by(ServiceStandard.status, ServiceStandard.name)
        ).all()
        rows = [(each, _newest(session, each), goal(each)) for each in found]
        return render_template("standards/index.html", rows=rows)


@blueprint.get("/<int:number>")
@policy.requires("standard.see")
def show(number: int) -> str:
    """Show a standard: its five parts, what each lacks, its chart and how its limits came."""
    return _page(number)


@blueprint.post("/<int:number>")
@policy.requires("standard.change")
def change(number: int) -> Any:
    """Change what people say of a standard; a person agrees with a button of their own."""
    with shared_transaction() as transaction, Session(transaction.connection()) as session:
        standard = _standard(session, number)
        by = policy.check("standard.change", standard).username
        try:
            _take(session, standard)
        except (Unreadable, ValueError):
            return _page(number, _("A number or a day could not be read.")), 422
        standard.updated_at = now()
        session.flush()
        audit.note(CHANGED, by, str(number), {"what": "parts"})
    flash(_("Saved."), "good")
    return redirect(url_for("standards.show", number=number), code=303)


@blueprint.post("/<int:number>/agreement")
@policy.requires("standard.see")
def agree(number: int) -> Any:
    """Agree, as the owner of the process; or note which customer agreed, and when."""
    with shared_transaction() as transaction, Session(transaction.connection()) as session:
        standard = _standard(session, number)
        who = policy.check("standard.see")
        customer = request.form.get("customer", "").strip()[:LONGEST]
        if customer:
            policy.check("standard.change", standard)
            said = {"who": customer, "as": "customer", "at": now().date().isoformat()}
        elif standard.owner in who.groups or "admin" in who.roles:
            said = {"who": who.username, "as": "process_owner", "at": now().date().isoformat()}
        else:
            return _page(number, _("Only the owner of the process may agree.")), 403
        standard.agreed = [*standard.agreed, said]
        standard.updated_at = now()
        session.flush()
        audit.note(CHANGED, who.username, str(number), {"what": "agreement"})
    flash(_("Noted."), "good")
    return redirect(url_for("standards.show", number=number), code=303)


@blueprint.post("/<int:number>/status")
@policy.requires("standard.change")
def set_status(number: int) -> Any:
    """Put a standard into force when it lacks nothing, or retire it."""
    wanted = request.form.get("status", "")
    with shared_transaction() as transaction, Session(transaction.connection()) as session:
        standard = _standard(session, number)
        by = policy.check("standard.change", standard).username
        if wanted == "active" and missing(session, standard, now().date()):
            return _page(number, _("It still lacks something; see its parts.")), 422
        standard.status = "active" if wanted == "active" else "retired"
        standard.updated_at = now()
        session.flush()
        audit.note(CHANGED, by, str(number), {"what": standard.status})
    flash(_("Saved."), "good")
    return redirect(url_for("standards.show", number=number), code=303)


@blueprint.post("/<int:number>/limits")
@policy.requires("standard.change")
def freeze_limits(number: int) -> Any:
    """Freeze the limits on the newest weeks; why is asked and kept."""
    reason = request.form.get("reason", "").strip()[:LONGEST]
    with shared_transaction() as transaction, Session(transaction.connection()) as session:
        standard = _standard(session, number)
        by = policy.check("standard.change", standard).username
        if not reason:
            return _page(number, _("Say why the limits are frozen.")), 422
        try:
            freeze(session, standard, reason, now())
        except ValueError:
            return _page(number, _("At least 12 measured weeks are needed.")), 422
        audit.note(CHANGED, by, str(number), {"what": "limits", "reason": reason})
    flash(_("The limits are frozen."), "good")
    return redirect(url_for("standards.show", number=number), code=303)


def _page(number: int, problem: str = "") -> str:
    with reading() as connection, Session(connection) as session:
        standard = _standard(session, number)
        charted = chart(session, standard)
        frozen = select(ControlLimits).where(ControlLimits.standard_id == number)
        measure = Measure.of(standard.measure)
        return render_template(
            "standards/show.html",
            standard=standard,
            touchpoint=standard.touchpoint_id and session.get(Touchpoint, standard.touchpoint_id),
            measure=measure,
            goal=goal(standard),
            lacks=missing(session, standard, now().date()),
            charted=charted,
            measured=measurements(session, number),
            picture=picture(charted),
            history=session.scalars(frozen.order_by(ControlLimits.id.desc())).all(),
            places=session.scalars(select(Touchpoint).order_by(Touchpoint.name)).all(),
            problem=problem,
            share=measure is not None and measure.kind in {"in_time", "negative_moments"},
        )


def _take(session: Session, standard: ServiceStandard) -> None:
    """Take what the form says; raises Unreadable or ValueError for what is no number or day."""
    said = request.form
    standard.specific = said.get("specific", "").strip()[:LONGEST]
    standard.mutual = said.get("mutual") == "true"
    place = said.get("touchpoint", type=int)
    standard.touchpoint_id = place if place and session.get(Touchpoint, place) else None
    wanted = said.get("goal", "").strip()
    value = float(read_number(wanted, language())) if wanted else None
    if standard.measure.get("kind") == "in_time":
        if value is not None and not 0 <= value <= 1:
            raise ValueError("a share is between 0 and 1")
        standard.share = value
    else:
        standard.target = value
    for name in ("valid_from", "valid_to", "review_on"):
        day = said.get(name, "").strip()
        setattr(standard, name, date.fromisoformat(day) if day else None)


def _newest(session: Session, standard: ServiceStandard) -> Any:
    found = measurements(session, standard.id)
    return found[-1] if found else None


def _standard(session: Session, number: int) -> ServiceStandard:
    found = session.get(ServiceStandard, number)
    if found is None:
        raise NotFound(_("There is no such standard."))
    return found
