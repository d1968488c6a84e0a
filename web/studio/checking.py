"""Before a draft is deployed: problems, differences, running instances, scenarios; deploying."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import Conflict, Forbidden
from web.accounts import policy
from web.app.services import engine, now
from web.studio import approvals, checks, drafts, pictures, piloting, playing, wording, workload
from web.studio.blueprint import blueprint
from web.studio.drafts import Draft, Save
from web.studio.plan import JUDGED, Plan, plan


@blueprint.get("/drafts/<int:number>/check")
@policy.requires("draft.see")
def check(number: int) -> str:
    """Show what deploying this draft would do."""
    return _page(number)


@blueprint.post("/drafts/<int:number>/scenario-runs")
@policy.requires("draft.change")
def play(number: int) -> str:
    """Run the scenarios of the draft; nothing outside is touched."""
    files = drafts.files(drafts.saved(number))
    return _page(number, playing.results(files, engine().service_tasks))


@blueprint.post("/drafts/<int:number>/deployment")
@policy.requires("process.deploy")
def deploy(number: int) -> Any:
    """Deploy what was looked at: the save the page showed, approved where that is needed."""
    account = policy.check("process.deploy")
    draft, save = drafts.get(number), drafts.saved(number)
    if request.form.get("save") != str(save.number):
        raise Conflict(_("The draft was saved again meanwhile: look at it once more."))
    files = drafts.files(save)
    _need_approval(plan(draft, files), save)
    deployment = engine().by(account.username).definitions.deploy(checks.resources(files))
    key = str(deployment.key)
    drafts.end(number, drafts.DEPLOYED, account.username, now(), key)
    flash(_("Deployed: whatever starts from now on goes the new way."), "good")
    processes = [item for item in deployment.items if item.kind == "process"]
    if not processes:
        return redirect(url_for("studio.show", number=number), code=303)
    return redirect(url_for("processes.show", process_id=processes[0].id), code=303)


def _need_approval(found: Plan, save: Save) -> None:
    """Raise Forbidden while a second person has not agreed to this very save."""
    if not found.areas:
        return
    question = approvals.of(save)
    if question is None or question.approved is not True:
        raise Forbidden(_("A second person has to approve this first."))


def _page(number: int, played: Any = None) -> str:
    draft, save = drafts.get(number), drafts.saved(number)
    files = drafts.files(save)
    found = plan(draft, files)
    account = policy.check("draft.see")
    question = approvals.of(save)
    return render_template(
        "studio/check.html",
        draft=draft,
        save=save,
        plan=found,
        problems=checks.shown(found.problems, files),
        effects=wording.grouped(found.effects),
        texts=wording.grouped(found.texts),
        question=question,
        may_approve=question is not None and approvals.may_approve(save, question, account),
        alone=not approvals.others(account.username),
        scenarios=playing.scenarios(files),
        played=played,
        judged=JUDGED,
        ready=_ready(draft, found, question),
        standards=piloting.standards(),
        workloads=workload.last_month(files) if policy.can(account, "process.replay") else [],
        pictures=pictures.changed(files, found.changes),
        covered=pictures.covered(files, played) if played is not None else [],
    )


def _ready(draft: Draft, found: Plan, question: approvals.Approval | None) -> bool:
    approved = not found.areas or (question is not None and question.approved is True)
    return draft.open and not found.errors and approved
