"""The page of a process that replays its past instances on one of its versions."""

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from engine import reads
from engine.replay import Cases, Version
from web.accounts import policy
from web.app.services import engine, reading
from web.pages.replays import showing

blueprint = Blueprint("replays", __name__, url_prefix="/processes")


@blueprint.get("/<process_id>/replay")
@policy.requires("process.replay")
def show(process_id: str) -> str:
    """Replay the newest ended instances on a version, for a few seconds; nothing is changed."""
    with reading() as connection:
        current = reads.definition(connection, process_id=process_id)
        versions = reads.versions(connection, process_id)
        wanted = _chosen("version", [one.version for one in versions]) or current.version
        ran_on = _chosen("of", [one.version for one in versions])
        keys = {one.version: one.key for one in versions}
        target = _target(connection, process_id, keys[wanted])
        chosen = Cases(process_id, keys.get(ran_on) if ran_on else None)
        found = showing.replayed(connection, engine(), target, chosen)
    return render_template(
        "replays/show.html",
        definition=current,
        versions=versions,
        wanted=wanted,
        ran_on=ran_on,
        found=found,
    )


def _target(connection: Connection, process_id: str, key: int) -> Version:
    """Return a version: a candidate with its tables and forms, any other drawing alone."""
    catalogue = engine().catalogue
    for each in reads.candidates(connection, process_id):
        if each.definition_key == key and each.state != "PROMOTED":
            return Version.of_deployment(connection, catalogue, each.deployment_key, process_id)
    return Version.of_definition(connection, catalogue, key)


def _chosen(name: str, known: list[int]) -> int | None:
    """Return the number of a version that was asked for, None unless there is one."""
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 and int(text) in known else None
