"""A draft becomes a candidate: it runs for a share of the customers once somebody approves it."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import reads
from engine.errors import Conflict, Invalid
from tasks.pilots import running
from tasks.pilots.counting import in_shares
from tasks.standards.measure import Measure
from tasks.standards.records import ServiceStandard
from web.accounts import policy
from web.app.services import engine, now, reading, services
from web.studio import checks, drafts
from web.studio.blueprint import blueprint


@blueprint.post("/drafts/<int:number>/candidate")
@policy.requires("process.deploy")
def propose(number: int) -> Any:
    """Propose the save that was looked at as a candidate, with the plan of its pilot."""
    by = policy.check("process.deploy").username
    draft, save = drafts.get(number), drafts.saved(number)
    if request.form.get("save") != str(save.number) or not draft.open:
        raise Conflict(_("The draft was saved again meanwhile: look at it once more."))
    weeks, share = int(_number("weeks")), _number("share") / 100
    with Session(services().database) as session:
        standard = running.standard_of(session, int(_number("standard")))
        scale = 100 if in_shares(standard) else 1
        success_if, stop_if = _number("success_if") / scale, _number("stop_if") / scale
        running.check_plan(standard, weeks, success_if, stop_if)
        measured = str(standard.measure.get("process") or "")
    resources = checks.resources(drafts.files(save))
    made = engine().by(by).definitions.propose_candidate(resources, share=share)
    with Session(services().database) as session:
        pilot = running.propose(
            session,
            now(),
            save.saved_by,
            name=draft.name,
            process_id=_process(session, made.key, measured),
            deployment_key=made.key,
            standard=running.standard_of(session, int(_number("standard"))),
            weeks=weeks,
            success_if=success_if,
            stop_if=stop_if,
        )
        key = pilot.id
        session.commit()
    flash(_("Proposed: it runs for its share of the customers once somebody approves it."), "good")
    return redirect(url_for("pilots.show", number=key), code=303)


def standards() -> list[tuple[int, str]]:
    """Return the standards a pilot can be measured by."""
    with reading() as connection, Session(connection) as session:
        found = session.scalars(select(ServiceStandard).order_by(ServiceStandard.name))
        return [(each.id, each.name) for each in found if Measure.of(each.measure) is not None]


def _process(session: Session, deployment_key: int, measured: str) -> str:
    """Return the process that is drawn for: the measured one if it is new, else the first."""
    found = [
        each.process_id
        for each in reads.candidates(session.connection())
        if each.deployment_key == deployment_key
    ]
    return measured if measured in found else sorted(found)[0]


def _number(name: str) -> float:
    text = request.form.get(name, "").strip().replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise Invalid(_("Fill in every number of the plan.")) from None
