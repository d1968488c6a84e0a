"""Past instances of the processes of a draft, replayed on it before it is deployed."""

from flask import render_template, request
from flask_babel import gettext as _

from engine import definitions, reads
from engine.errors import Invalid, NotFound
from engine.replay import Cases, Version
from web.accounts import policy
from web.app.services import engine, reading
from web.pages.replays import showing
from web.studio import checks, drafts
from web.studio.blueprint import blueprint


@blueprint.get("/drafts/<int:number>/replay")
@policy.requires("process.replay")
def replay(number: int) -> str:
    """Replay the newest ended instances of one process on the draft; nothing is changed."""
    draft, save = drafts.get(number), drafts.saved(number)
    resources = checks.resources(drafts.files(save))
    processes = [
        (each.id, each.name or each.id)
        for each in definitions.inspect(resources).processes
        if _deployed(each.id)
    ]
    wanted = request.args.get("process") or (processes[0][0] if processes else "")
    found, wrong = None, ""
    if wanted in dict(processes):
        try:
            target = Version.of_files(resources, wanted)
        except Invalid as invalid:
            wrong = invalid.message
        else:
            with reading() as connection:
                found = showing.replayed(connection, engine(), target, Cases(wanted))
    elif not processes:
        wrong = str(_("None of the processes of this draft has run yet."))
    return render_template(
        "studio/replay.html",
        draft=draft,
        processes=processes,
        wanted=wanted,
        found=found,
        wrong=wrong,
    )


def _deployed(process_id: str) -> bool:
    with reading() as connection:
        try:
            reads.definition(connection, process_id=process_id)
        except NotFound:
            return False
    return True
