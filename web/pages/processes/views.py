"""Processes: what is deployed, each version's diagram, how many stand where."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from engine import reads
from engine.reads import Counts
from web.accounts import policy
from web.app import xml_response
from web.app.services import reading
from web.pages.processes.outline import labels, steps

blueprint = Blueprint("processes", __name__, url_prefix="/processes")


@blueprint.get("")
@policy.requires("process.see")
def index() -> str:
    """List the newest version of every process."""
    with reading() as connection:
        found = reads.definitions(connection)
    return render_template("processes/index.html", definitions=found)


@blueprint.get("/<process_id>")
@policy.requires("process.see")
def show(process_id: str) -> str:
    """Show a process: diagram, purpose, versions, and how many instances stand at each step."""
    wanted = request.args.get("version", "")
    version = int(wanted) if wanted.isdecimal() and len(wanted) < 9 else None
    with reading() as connection:
        definition = reads.definition(connection, process_id=process_id, version=version)
        counts = reads.statistics(connection, definition.key)
        versions = reads.versions(connection, process_id)
        xml = reads.resource_xml(connection, definition.key)
        running = reads.instances(connection, process_id=process_id, limit=8).items
        titles = reads.titles(connection, {one.key for one in running})
        found = steps(connection, definition.key, process_id)
        admits = bool(definition.properties.get("admit"))
        waiting = reads.admissions(connection, process_id, limit=20) if admits else []
        waiting_count = reads.count_admissions(connection, process_id) if admits else 0
    return render_template(
        "processes/show.html",
        definition=definition,
        versions=versions,
        outline=[(step, counts.get(step.id, Counts())) for step in found],
        state=diagram_state(counts, names=labels(xml)),
        running=running,
        titles=titles,
        waiting=waiting,
        waiting_count=waiting_count,
    )


@blueprint.get("/<int:key>/xml")
@policy.requires("process.see")
def xml(key: int) -> Response:
    """Return the diagram as it was deployed."""
    with reading() as connection:
        content = reads.resource_xml(connection, key)
    return xml_response.answer(content)


def diagram_state(counts: dict[str, Counts], **more: Any) -> dict[str, Any]:
    """Return what the diagram marks, as the browser module reads it."""
    return {
        "active": {name: one.active for name, one in counts.items() if one.active},
        "incidents": {name: one.incidents for name, one in counts.items() if one.incidents},
        "completed": {name: one.completed for name, one in counts.items() if one.completed},
        "selected": None,
        **more,
    }
