"""Asking a second person, and their answer."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from engine.errors import Conflict
from web.accounts import policy
from web.app.services import now
from web.studio import approvals, drafts
from web.studio.blueprint import blueprint
from web.studio.plan import plan


@blueprint.post("/drafts/<int:number>/approval-requests")
@policy.requires("draft.change")
def ask(number: int) -> Any:
    """Ask for approval of the newest save."""
    by = policy.check("draft.change").username
    draft, save = drafts.get(number), drafts.saved(number)
    if not draft.open:
        raise Conflict
    approvals.ask(save, plan(draft, drafts.files(save)).areas, by, now())
    flash(_("It waits for a second person."), "good")
    return redirect(url_for("studio.check", number=number), code=303)


@blueprint.post("/drafts/<int:number>/approvals")
@policy.requires("draft.approve")
def decide(number: int) -> Any:
    """Answer: yes, or no with the reason."""
    who = policy.check("draft.approve")
    save = drafts.saved(number)
    if request.form.get("save") != str(save.number):
        raise Conflict(_("The draft was saved again meanwhile: look at it once more."))
    approved = request.form.get("verdict") == "approve"
    comment = request.form.get("comment", "").strip()
    found = approvals.decide(save, who, now(), approved=approved, comment=comment)
    if found.alone:
        flash(_("Noted: nobody else may approve here, so you confirmed it yourself."), "good")
    else:
        flash(_("Approved.") if approved else _("Sent back with your reason."), "good")
    return redirect(url_for("studio.check", number=number), code=303)
