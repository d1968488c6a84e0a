"""Pilots on pages: the list, and one with both sides, its looks and what may be done."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import reads
from engine.errors import Forbidden
from tasks.pilots import running
from tasks.pilots.records import Pilot
from tasks.policy.records import single_operator
from web.accounts import policy
from web.app import audit
from web.app.services import engine, now, reading, services
from web.pages.pilots.words import BESIDE, STATES, UNITS

blueprint = Blueprint("pilots", __name__, url_prefix="/pilots")
OPEN = ("proposed", "running", "stopped")


@blueprint.get("")
@policy.requires("pilot.see")
def index() -> str:
    """List the pilots, those that are going on first."""
    with reading() as connection, Session(connection) as session:
        found = session.scalars(select(Pilot).order_by(Pilot.id.desc())).all()
        names = {each.process_id: each.name for each in reads.definitions(connection)}
        return render_template(
            "pilots/index.html",
            going_on=[each for each in found if each.state in OPEN],
            ended=[each for each in found if each.state not in OPEN],
            names=names,
            states=STATES,
        )


@blueprint.get("/<int:number>")
@policy.requires("pilot.see")
def show(number: int) -> str:
    """Show a pilot: both sides, the interval that may be told, how it was looked at."""
    account = policy.check("pilot.see")
    with reading() as connection, Session(connection) as session:
        pilot = running.get(session, number)
        candidate = reads.candidate(connection, pilot.process_id, pilot.deployment_key)
        alone = single_operator(connection)
        standard = running.standard_of(session, pilot.standard_id)
        current = reads.definition(connection, process_id=pilot.process_id)
        return render_template(
            "pilots/show.html",
            pilot=pilot,
            candidate=candidate,
            drawn=reads.drawn(connection, pilot.process_id, pilot.deployment_key),
            standard=standard,
            unit=UNITS.get(standard.measure.get("kind", ""), "share"),
            beside=BESIDE,
            process=current,
            left=reads.running_apart_from(connection, pilot.process_id, current.key)
            if pilot.state == "adopted"
            else [],
            states=STATES,
            own=account.username in {candidate.by, pilot.created_by} and not alone,
        )


@blueprint.post("/<int:number>/approval")
@policy.requires("pilot.approve")
def approve(number: int) -> Any:
    """Let the candidate run; the author of neither the files nor the proposal may."""
    by = policy.check("pilot.approve").username
    with Session(services().database) as session:
        pilot = running.get(session, number)
        if by == pilot.created_by and not single_operator(session.connection()):
            raise Forbidden(_("Somebody else has to approve what you wrote."))
        key = pilot.deployment_key
    engine().by(by).definitions.approve_candidate(key)
    with Session(services().database) as session:
        running.begin_if_approved(session, running.get(session, number))
        session.commit()
    audit.note("pilot.approved", by, str(number), {"deployment": str(key)})
    flash(_("Approved: customers who come from now on are drawn."), "good")
    return _back(number)


@blueprint.post("/<int:number>/looks")
@policy.requires("pilot.end")
def look(number: int) -> Any:
    """Count now; a pilot that does harm stops."""
    by = policy.check("pilot.end").username
    with Session(services().database) as session:
        pilot = running.get(session, number)
        running.look(session, pilot, now())
        if pilot.state == "stopped":
            running.stop(session, engine(), pilot, by)
        session.commit()
    return _back(number)


@blueprint.post("/<int:number>/end")
@policy.requires("pilot.end")
def end(number: int) -> Any:
    """Adopt, drop or take back."""
    by, how = policy.check("pilot.end").username, request.form.get("how", "")
    with Session(services().database) as session:
        pilot = running.get(session, number)
        if how == "adopt":
            running.adopt(session, engine(), pilot, now(), by)
            flash(_("Adopted: whatever starts from now on goes the new way."), "good")
        elif how == "take_back":
            _key, left = running.take_back(session, engine(), pilot, now(), by)
            flash(_("Taken back. Still on it: %(count)s running instances.", count=left), "good")
        else:
            running.drop(session, engine(), pilot, now(), by)
            flash(_("Dropped: whatever starts from now on goes the current way."), "good")
        running.get(session, number).verdict = request.form.get("reason", "").strip()[:1_000]
        session.commit()
    audit.note("pilot.ended", by, str(number), {"how": how})
    return _back(number)


def _back(number: int) -> Any:
    return redirect(url_for("pilots.show", number=number), code=303)
