"""Take back a deployment in one step: all its files become again what they were before."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine import difference, reads
from engine.model import Resource
from engine.reads import deployed_before
from web.accounts import policy
from web.app import audit
from web.app.services import engine, reading
from web.studio import wording
from web.studio.blueprint import blueprint

TAKEN_BACK = "deployment.taken_back"


@blueprint.get("/deployments/<int:definition_key>")
@policy.requires("process.deploy")
def deployment(definition_key: int) -> str:
    """Show what came with a version of a process, and what taking it back would change."""
    with reading() as connection:
        definition = reads.definition(connection, definition_key)
        key = deployed_before.deployment_of(connection, definition_key)
        new, former = deployed_before.replaced(connection, key)
        versions = {each["id"] for each in new if each["kind"] == "process"}
        newest = all(
            reads.definition(connection, process_id=each["id"]).key == each["key"]
            for each in new
            if each["kind"] == "process"
        )
        before = [each for each in former.values() if each]
        today = reads.deployed_instead(connection, before)
        changes = difference.compare(today, before)
    return render_template(
        "studio/deployment.html",
        definition=definition,
        processes=sorted(versions),
        files=former,
        possible=bool(before) and _had_processes(new, former),
        newest=newest,
        effects=wording.grouped(each for each in changes if each.effect),
        texts=wording.grouped(each for each in changes if not each.effect),
    )


@blueprint.post("/deployments/<int:definition_key>/taking-back")
@policy.requires("process.deploy")
def take_back(definition_key: int) -> Any:
    """Deploy again what was there before, all files together."""
    by = policy.check("process.deploy").username
    with reading() as connection:
        definition = reads.definition(connection, definition_key)
        key = deployed_before.deployment_of(connection, definition_key)
    back = engine().by(by).definitions.take_back(key)
    audit.note(TAKEN_BACK, by, definition.process_id, {"deployment": str(key)})
    left = len(back.instance_keys)
    flash(_("Taken back: whatever starts from now on goes the way it went before."), "good")
    if left:
        told = ngettext(
            "%(num)s instance began meanwhile; it stays in its version until an operator takes"
            " it over.",
            "%(num)s instances began meanwhile; they stay in their version until an operator takes"
            " them over.",
            left,
        )
        flash(told, "soon")
    return redirect(url_for("processes.show", process_id=definition.process_id), code=303)


def _had_processes(new: list[dict[str, Any]], former: dict[str, Resource | None]) -> bool:
    return all(former[each["resource_name"]] for each in new if each["kind"] == "process")
