"""Play a draft: its owner lets tasks, services, messages and time pass, with no effect outside."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import definitions, forms, reads
from engine.definitions import Definition
from engine.errors import Conflict, EngineError, Invalid, NotFound
from engine.model import Kind, Resource
from engine.scenarios import Failed, Waits, Walk, coverage, run_scenario, toml
from engine.scenarios.outcome import Result
from web.accounts import policy
from web.app.services import engine, now, reading
from web.forms import form_page
from web.i18n.process_texts import process_text
from web.studio import checks, drafts, examples, names, playing, typed_values, walks
from web.studio.blueprint import blueprint
from web.studio.walks import Kept

MOST = 300  # steps of one walk


@dataclass(frozen=True, slots=True)
class Room:
    """The files of a draft as a walk needs them."""

    files: Mapping[str, bytes]
    resources: Sequence[Resource]
    processes: Sequence[Definition]

    def process(self, process_id: str) -> Definition:
        """Return a process of the draft; raises NotFound."""
        for process in self.processes:
            if process.id == process_id:
                return process
        raise NotFound

    def file(self, process: Definition) -> str:
        """Return the name of the file a process is drawn in, with its folder."""
        named = (name for name in self.files if names.plain(name) == process.resource_name)
        return next(named, process.resource_name)


@blueprint.get("/drafts/<int:number>/plays")
@policy.requires("draft.see")
def plays(number: int) -> str:
    """Ask how a process of the draft is to begin, and list what was played."""
    return _beginning(number)


@blueprint.post("/drafts/<int:number>/plays")
@policy.requires("draft.change")
def begin_play(number: int) -> Any:
    """Begin a walk: by hand with the start form, by a message or by a timer."""
    by, room = policy.check("draft.change").username, _room(number)
    process = room.process(request.form.get("process", ""))
    try:
        scenario = _start(room, process)
        Walk(room.resources, scenario, engine().service_tasks)
    except (Failed, EngineError) as error:
        problems = form_page.field_problems(error) if isinstance(error, Invalid) else ()
        return _beginning(number, process.id, problems, "" if problems else str(error)), 422
    made = walks.begin(number, scenario, by, now())
    return redirect(url_for("studio.play_on", number=number, walk=made), code=303)


@blueprint.get("/drafts/<int:number>/plays/<int:walk>")
@policy.requires("draft.see")
def play_on(number: int, walk: int) -> str:
    """Show where a walk stands and what can be done next."""
    return _page(number, walks.get(number, walk))


@blueprint.post("/drafts/<int:number>/plays/<int:walk>/steps")
@policy.requires("draft.change")
def step(number: int, walk: int) -> Any:
    """Do one more step of a walk."""
    kept, room = walks.get(number, walk), _room(number)
    if request.form.get("seen") != str(len(kept.steps)) or len(kept.steps) >= MOST:
        raise Conflict(_("This walk has gone on meanwhile: look at it once more."))
    walked = Walk(room.resources, kept.scenario, engine().service_tasks)
    try:
        walked.do(_step(walked))
    except (Failed, EngineError, ValueError) as error:
        problems = form_page.field_problems(error) if isinstance(error, Invalid) else ()
        return _page(number, kept, problems, "" if problems else str(error)), 422
    walks.keep(kept, walked.scenario, now())
    return redirect(url_for("studio.play_on", number=number, walk=walk), code=303)


@blueprint.post("/drafts/<int:number>/plays/<int:walk>/back")
@policy.requires("draft.change")
def step_back(number: int, walk: int) -> Any:
    """Go back to before a step: it and those after it are forgotten."""
    kept, wanted = walks.get(number, walk), request.form.get("before", "")
    left = int(wanted) - 1 if wanted.isdecimal() and len(wanted) < 4 else len(kept.steps) - 1
    scenario = {**kept.scenario, "do": kept.steps[: max(0, left)]}
    walks.keep(kept, scenario, now())
    return redirect(url_for("studio.play_on", number=number, walk=walk), code=303)


@blueprint.post("/drafts/<int:number>/plays/<int:walk>/scenario")
@policy.requires("draft.change")
def record(number: int, walk: int) -> Any:
    """Keep the walk as a scenario of the draft, after it has passed as one."""
    by, kept, room = policy.check("draft.change").username, walks.get(number, walk), _room(number)
    title = request.form.get("title", "").strip()[:200]
    if not title:
        raise Invalid(_("Say in a sentence what this shows: that is its title."))
    walked = Walk(room.resources, kept.scenario, engine().service_tasks)
    if walked.stopped:
        raise Conflict(_("A step of it is no longer possible."))
    text = toml(walked.recorded(title))
    try:
        run_scenario(room.resources, tomllib.loads(text), engine().service_tasks)
    except (Failed, EngineError) as error:
        told = _("It does not pass as a scenario: %(why)s", why=str(error))
        return _page(number, kept, (), told), 422
    drafts.put(number, _free(title, room.files), text.encode(), "", by, now())
    flash(_("Kept as a scenario of this draft."), "good")
    return redirect(url_for("studio.check", number=number, _anchor="scenarios"), code=303)


def _room(number: int) -> Room:
    files = drafts.files(drafts.saved(number))
    resources = playing.with_called(checks.resources(files))
    own = definitions.inspect(checks.resources(files)).processes
    return Room(files, resources, own)


def _free(title: str, files: Mapping[str, bytes]) -> str:
    """Return a name for a scenario that no file of the draft has."""
    plain = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:60] or "recorded"
    wanted, number = plain, 1
    taken = {names.plain(name) for name in files}
    while f"{wanted}.toml" in taken:
        number += 1
        wanted = f"{plain}_{number}"
    return f"{names.SCENARIOS}{wanted}.toml"


# How it begins


def _beginning(number: int, process_id: str = "", problems: Any = (), refused: str = "") -> str:
    room = _room(number)
    wanted = process_id or request.args.get("process", "")
    process = room.process(wanted) if wanted else next(iter(room.processes), None)
    form = _start_form(room, process) if process else None
    example = examples.start(room.files, process.id) if process else {}
    typed = form_page.sent(form) if form and request.method == "POST" else example.get("start")
    return render_template(
        "studio/plays.html",
        draft=drafts.get(number),
        processes=room.processes,
        process=process,
        starts=_starts(process) if process else [],
        form=form_page.build(form, {}, typed, problems) if form else None,
        lines=request.form.get("values") or typed_values.write(example.get("start", {})),
        calls=_calls(process) if process else [],
        answered=request.form.getlist("answered") or example.get("answered", []),
        example=example,
        walks=walks.listed(number),
        refused=refused,
    )


def _starts(process: Definition) -> list[tuple[str, str]]:
    """Return (value, text) of each way the process may begin."""
    found = [("hand", str(_("by hand")))] if process.start else []
    for one in process.start_messages:
        found.append((f"message:{one.name}", str(_("by the message %(name)s", name=one.name))))
    for one in process.start_timers:
        name = process_text(process.elements[one.element_id].name) or one.element_id
        found.append((f"timer:{one.element_id}", str(_("by the clock: %(name)s", name=name))))
    return found


def _calls(process: Definition) -> list[str]:
    targets = (spec.extensions.called_element for spec in process.spec.nodes())
    found = {
        str(one.target.literal) for one in targets if one and one.target and one.target.literal
    }
    return sorted(found)


def _start_form(room: Room, process: Definition) -> forms.Form | None:
    wanted = process.start_form or {}
    if "embedded" in wanted:
        return forms.parse(wanted["embedded"])
    for form in definitions.inspect(room.resources).forms:
        if wanted.get("id") and form.id == wanted["id"]:
            return forms.parse(form.schema)
    if not wanted.get("id"):
        return None
    with reading() as connection:
        return forms.parse(reads.latest_form(connection, wanted["id"]))


def _start(room: Room, process: Definition) -> dict[str, Any]:
    """Return the scenario that begins as the request says."""
    how, _colon, name = request.form.get("how", "hand").partition(":")
    form = _start_form(room, process) if how == "hand" else None
    given = typed_values.read(request.form.get("values", ""))
    if form:
        given = form.check(form_page.sent(form), {}, now=form_page.here())
    scenario: dict[str, Any] = {"process": process.id, "start": given}
    if how == "message":
        scenario |= {"message": name, "key": request.form.get("key", "").strip()}
    if how == "timer":
        scenario = {"process": process.id, "begins": name}
    answered = [one for one in request.form.getlist("answered") if one in _calls(process)]
    return scenario | ({"answered": answered} if answered else {})


# What is done next


def _step(walked: Walk) -> dict[str, Any]:
    """Return the step that the request asks for."""
    how = request.form.get("how", "")
    if how == "advance":
        return {"advance": request.form.get("span", "").strip()}
    if how == "signal":
        return {"signal": request.form.get("name", "").strip()}
    wait = _chosen(walked.waits(), request.form.get("wait", ""))
    if wait is None:
        raise Conflict(_("Nothing waits there any more."))
    if wait.kind is Kind.USER_TASK:
        return _task_step(wait, walked)
    if wait.kind is Kind.TIMER:
        return {"timer": wait.element}
    values = typed_values.read(request.form.get("values", ""))
    if wait.kind is Kind.MESSAGE:
        return {"message": wait.what, "key": wait.key, "variables": values}
    if wait.kind is Kind.SIGNAL:
        return {"signal": wait.what, "variables": values}
    return _job_step(wait, how, values)


def _task_step(wait: Waits, walked: Walk) -> dict[str, Any]:
    if wait.form is None:
        values = typed_values.read(request.form.get("values", ""))
    else:
        form = forms.parse(wait.form)
        values = form.check(form_page.sent(form), wait.sees, now=walked.now)
    return {"task": wait.element, "values": values}


def _job_step(wait: Waits, how: str, values: dict[str, Any]) -> dict[str, Any]:
    if how == "error":
        code = request.form.get("code", "").strip()
        return {"job": wait.element, "error": code, "variables": values}
    if how == "fail":
        return {"job": wait.element, "fail": request.form.get("code", "").strip() or "failed"}
    return {"job": wait.element, "answer": values}


def _chosen(waits: Sequence[Waits], wanted: str) -> Waits | None:
    index = int(wanted) if wanted.isdecimal() and len(wanted) < 4 else 0
    return waits[index] if index < len(waits) else None


# The page


def _page(number: int, kept: Kept, problems: Any = (), refused: str = "") -> str:
    room = _room(number)
    process = room.process(str(kept.scenario["process"]))
    try:
        walked = Walk(room.resources, kept.scenario, engine().service_tasks)
    except (Failed, EngineError) as error:
        raise Conflict(_("It does not begin any more: %(why)s", why=str(error))) from error
    waits = walked.waits()
    wanted = request.values.get("wait", "")
    wait = _chosen(waits, wanted)
    form = forms.parse(wait.form) if wait and wait.form is not None else None
    typed = form_page.sent(form) if form and request.method == "POST" else None
    return render_template(
        "studio/play.html",
        draft=drafts.get(number),
        kept=kept,
        process=process,
        file=room.file(process),
        walked=walked,
        waits=[(index, one, _name(room, one)) for index, one in enumerate(waits)],
        wait=wait,
        index=waits.index(wait) if wait else 0,
        name=_name(room, wait) if wait else "",
        about=_about(room, wait) if wait else "",
        form=form_page.build(form, wait.sees, typed, problems) if form and wait else None,
        lines=request.form.get("values") or (_lines(room, wait) if wait else ""),
        task=engine().service_tasks.get(wait.what) if wait and wait.kind is Kind.JOB else None,
        state=_diagram(walked, kept.scenario["process"]),
        covered=_covered(room, walked, process.id),
        refused=refused,
    )


def _lines(room: Room, wait: Waits) -> str:
    """Return what a scenario says is answered here, as an example to change."""
    if wait.kind is Kind.JOB:
        known = examples.answers(room.files)
        return typed_values.write(known.get(wait.element) or known.get(wait.what) or {})
    if wait.kind is Kind.MESSAGE:
        return typed_values.write(examples.messages(room.files).get(wait.what, {}))
    return ""


def _element(room: Room, wait: Waits) -> Any:
    found = (one for one in definitions.inspect(room.resources).processes)
    process = next((one for one in found if one.id == wait.process_id), None)
    return process.elements.get(wait.element) if process else None


def _name(room: Room, wait: Waits) -> str:
    element = _element(room, wait)
    return process_text(element.name) if element and element.name else wait.element


def _about(room: Room, wait: Waits) -> str:
    element = _element(room, wait)
    return process_text(element.documentation) if element else ""


def _diagram(walked: Walk, process_id: str) -> dict[str, Any]:
    counts = walked.counts()
    return {
        "active": {name: one.active for name, one in counts.items() if one.active},
        "incidents": {name: one.incidents for name, one in counts.items() if one.incidents},
        "completed": {name: one.completed for name, one in counts.items() if one.completed},
        "flows": sorted(walked.visited().elements.get(process_id, ())),
        "selected": None,
    }


def _covered(room: Room, walked: Walk, process_id: str) -> int:
    """Return the share of the process that this walk has come to, in percent."""
    result = Result("", passed=True, visited=walked.visited())
    found = coverage(room.resources, [result])
    return next((one.percent for one in found if one.name == process_id), 0)
