"""Scenarios: tests of a process that its owner can read, as TOML.

    title = "A phone offer to a customer who refused phone is blocked"
    process = "contact_gate"
    after = "approved.toml"                 # optional: first play the steps of that scenario
    now = 2026-03-02T09:00:00Z              # optional; a Monday morning otherwise
    start = { customer_id = "C-100" }
    message = "complaint.accepted"          # optional: started by this message, with key = "…"
    answered = ["credit_check"]             # optional: called processes that are not played
                                            # but answered, each as a job of its name
    [[do]]
    job = "contact_gate.gather_facts"       # by type or element; every = true answers all of them
    answer = { preferred = "phone" }        # or error = "code", or fail = "message"
    expect = { customer_id = "C-100" }      # optional: what the job must be given
    [[do]]
    task = "approve"                        # by element; by = "alice" says who
    values = { approved = true }
    [[do]]
    message = "order.placed"                # key = "…", variables = {…}; signal = "…" alike
    [[do]]
    timer = "remind"                        # goes off now
    [[do]]
    advance = "P2D"                         # the clock moves, due timers go off in their order
    [expect]
    ended = "blocked"                       # an end event (id or name), or true
    variables = { decision = "block" }
    waiting = ["approve"]                   # exactly these elements wait
    passed = ["a"]                          # these were completed
    not_passed = ["b"]                      # these never began
    incidents = 0

Nothing is really done: jobs are answered by the scenario, but what they would have been given is
checked against the inputs of the installed service task.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from engine import reads, store
from engine.engine import Engine
from engine.errors import EngineError, Invalid
from engine.model import Kind, Resource, StartRequest
from engine.reads import Waiting
from engine.schedule import timers
from engine.service_task import Registry

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_LEASE_MS = 60_000
_WORDS = {
    "title",
    "documentation",
    "process",
    "now",
    "start",
    "message",
    "key",
    "answered",
    "do",
    "expect",
}
_ONE_JOB = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="scenario">
  <process id={name} isExecutable="true">
    <startEvent id="called" /><endEvent id="answered" />
    <serviceTask id="answer"><extensionElements>
      <zeebe:taskDefinition type={name} /></extensionElements></serviceTask>
    <sequenceFlow id="f1" sourceRef="called" targetRef="answer" />
    <sequenceFlow id="f2" sourceRef="answer" targetRef="answered" />
  </process>
</definitions>"""


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario went; `message` says what was expected and what was there."""

    name: str
    passed: bool
    message: str = ""


class Failed(Exception):
    """The process did something else than the scenario says."""


def run_scenarios(
    resources: Sequence[Resource], files: Sequence[Path], service_tasks: Registry | None = None
) -> list[Result]:
    """Run every scenario file, each against a database of its own in memory."""
    return [_run_file(resources, file, service_tasks or Registry()) for file in files]


def run_scenario(
    resources: Sequence[Resource], scenario: Mapping[str, Any], service_tasks: Registry
) -> None:
    """Run one scenario; raises Failed, or EngineError for what the engine refuses."""
    run = _Run(resources, scenario, service_tasks)
    for number, step in enumerate(scenario.get("do", []), start=1):
        try:
            run.do(step)
        except (Failed, EngineError, ValueError) as error:
            raise Failed(f"step {number} {_short(step)}: {error}{run.situation()}") from error
    run.expect(scenario.get("expect", {}))


def _run_file(resources: Sequence[Resource], file: Path, service_tasks: Registry) -> Result:
    name = str(file)
    try:
        scenario = _read(file)
        name = f"{file.name}: {scenario.get('title', '')}"
        run_scenario(resources, scenario, service_tasks)
    except (Failed, EngineError) as error:
        return Result(name, passed=False, message=str(error))
    except (OSError, ValueError) as error:
        return Result(name, passed=False, message=f"cannot be read: {error}")
    return Result(name, passed=True)


def _read(file: Path, after: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Read a scenario, and before its steps those of the scenarios it comes after."""
    file = file.resolve()
    if file in after:
        raise Failed(f"{file.name} comes after itself")
    scenario = tomllib.loads(file.read_text(encoding="utf-8"))
    if "after" not in scenario:
        return scenario
    before = _read(file.parent / scenario.pop("after"), (*after, file))
    before.pop("expect", None)
    return before | scenario | {"do": [*before.get("do", []), *scenario.get("do", [])]}


class _Run:
    """One instance of a process in a world of its own."""

    def __init__(
        self, resources: Sequence[Resource], scenario: Mapping[str, Any], service_tasks: Registry
    ) -> None:
        _known(scenario, _WORDS)
        if "process" not in scenario:
            raise Failed("a scenario names its process")
        self.now: datetime = _instant(scenario.get("now", MONDAY))
        self.database = store.connect("sqlite://")
        store.create(self.database)
        self.service_tasks = service_tasks
        self.engine = Engine(self.database, clock=lambda: self.now)
        self.engine.by("scenario").definitions.deploy(resources)
        if names := scenario.get("answered"):
            self.engine.by("scenario").definitions.deploy([_one_job(name) for name in names])
        self.key = self.begin(scenario)

    def begin(self, scenario: Mapping[str, Any]) -> int:
        """Start the instance, by hand or by a message; the answer is its key."""
        process, variables = scenario["process"], _plain(scenario.get("start", {}))
        if "message" not in scenario:
            return (
                self.engine.by("scenario")
                .instances.start(StartRequest(process, variables=variables))
                .instance_key
            )
        _, key = self.engine.by("scenario").messages.correlate(
            scenario["message"], str(scenario.get("key", "")), variables
        )
        with store.reading(self.database) as connection:
            begun = reads.instance(connection, key).process_id
        if begun != process:
            raise Failed(f"the message starts {begun}, not {process}")
        return key

    def do(self, step: Mapping[str, Any]) -> None:
        for word, act in _ACTS.items():
            if word in step:
                act(self, step)
                return
        raise Failed(f"a step says one of: {', '.join(_ACTS)}")

    def job(self, step: Mapping[str, Any]) -> None:
        _known(step, {"job", "answer", "error", "message", "variables", "fail", "every", "expect"})
        found = self.find(Kind.JOB, step["job"])
        for wait in found if step.get("every") else found[:1]:
            self.answer(wait, step)

    def answer(self, wait: Waiting, step: Mapping[str, Any]) -> None:
        handed = self.take(wait)
        task = self.service_tasks.get(wait.what)
        if task is not None:
            try:
                task.check(handed["variables"])
            except Invalid as wrong:
                raise Failed(f"its inputs are wrong: {wrong.message}") from wrong
        _compare(handed["variables"], _plain(step.get("expect", {})), "the job was given")
        answer = _plain(step.get("answer", {}))
        if "error" in step:
            variables = _plain(step.get("variables", answer))
            self.engine.jobs.throw(wait.key, step["error"], step.get("message", ""), variables)
        elif "fail" in step:
            self.engine.jobs.fail(wait.key, step["fail"], 0)
        else:
            self.engine.by(wait.what).jobs.finish(wait.key, answer)

    def take(self, wait: Waiting) -> dict[str, Any]:
        for job in self.engine.by("scenario").jobs.activate(wait.what, 1_000, _LEASE_MS):
            self.engine.jobs.update(job["key"], timeout_ms=0)
            if job["key"] == wait.key:
                return job
        raise Failed("the job cannot be activated")

    def task(self, step: Mapping[str, Any]) -> None:
        _known(step, {"task", "by", "values"})
        [wait, *_] = self.find(Kind.USER_TASK, step["task"])
        self.engine.by(step.get("by", "scenario")).tasks.complete(
            wait.key, _plain(step.get("values", {}))
        )

    def message(self, step: Mapping[str, Any]) -> None:
        _known(step, {"message", "key", "variables"})
        variables = _plain(step.get("variables", {}))
        self.engine.messages.correlate(step["message"], str(step.get("key", "")), variables)

    def signal(self, step: Mapping[str, Any]) -> None:
        _known(step, {"signal", "variables"})
        self.engine.signals.broadcast(step["signal"], _plain(step.get("variables", {})))

    def timer(self, step: Mapping[str, Any]) -> None:
        _known(step, {"timer"})
        [wait, *_] = self.find(Kind.TIMER, step["timer"])
        self.now = max(self.now, wait.due_at or self.now)
        self.engine.timers.fire(wait.key)

    def advance(self, step: Mapping[str, Any]) -> None:
        _known(step, {"advance"})
        until = timers.after(self.now, step["advance"])
        while True:
            due = [w.due_at for w in self.waiting() if w.kind is Kind.TIMER and w.due_at]
            if not due or min(due) > until:
                break
            self.now = max(self.now, min(due))
            self.engine.timers.fire_due()
        self.now = until

    def expect(self, expected: Mapping[str, Any]) -> None:
        _known(expected, {"ended", "variables", "waiting", "passed", "not_passed", "incidents"})
        with store.reading(self.database) as connection:
            state = reads.instance(connection, self.key)
            ran = reads.elements(connection, self.key)
            values = reads.variables(connection, self.key)
        completed = {e.element_id for e in ran if e.state == "COMPLETED"}
        if "ended" in expected:
            ends = [e for e in ran if e.type == "END_EVENT" and e.state == "COMPLETED"]
            self.ended(state.state, expected["ended"], ends)
        own = {value.name: value.value for value in values if value.scope_key == self.key}
        _compare(own, _plain(expected.get("variables", {})), "at the end")
        if "waiting" in expected:
            waits = sorted({wait.element_id for wait in self.waiting()})
            if waits != sorted(set(expected["waiting"])):
                raise Failed(f"{waits} wait, not {sorted(expected['waiting'])}")
        if missing := set(expected.get("passed", [])) - completed:
            raise Failed(f"did not pass {sorted(missing)}{self.situation()}")
        if wrongly := set(expected.get("not_passed", [])) & {e.element_id for e in ran}:
            raise Failed(f"came to {sorted(wrongly)}")
        if state.incidents != expected.get("incidents", 0):
            raise Failed(f"{state.incidents} incidents{self.situation()}")

    def ended(self, state: str, expected: Any, ends: Sequence[reads.Element]) -> None:
        names = {e.element_id for e in ends} | {e.element_name for e in ends}
        if expected is False:
            if state != "ACTIVE":
                raise Failed(f"is {state.lower()}, not running")
        elif state == "ACTIVE":
            raise Failed(f"has not ended{self.situation()}")
        elif expected is not True and expected not in names:
            raise Failed(f"ended in {sorted(e.element_id for e in ends)}, not in '{expected}'")

    def find(self, kind: Kind, name: str) -> list[Waiting]:
        """Find what waits by element or by its own name, in the instance and what it called."""
        found = [w for w in self.waiting() if w.kind is kind and name in (w.element_id, w.what)]
        if not found:
            raise Failed(f"no {kind.value.replace('_', ' ')} '{name}' waits")
        return found

    def waiting(self) -> list[Waiting]:
        with store.reading(self.database) as connection:
            family, found = [self.key], []
            for key in family:
                found += reads.waiting(connection, key)
                family += [child.key for child in reads.children(connection, key)]
        return [wait for wait in found if wait.kind is not Kind.CHILD]

    def situation(self) -> str:
        """Return what waits now, and why something stands still."""
        with store.reading(self.database) as connection:
            troubles = reads.incidents(connection).items
        waits = [f"{w.kind.value.replace('_', ' ')} {w.element_id}" for w in self.waiting()]
        said = f" (waits for: {', '.join(waits) or 'nothing'})"
        return said + "".join(f"\n    incident at {i.element_id}: {i.message}" for i in troubles)


_ACTS = {
    "job": _Run.job,
    "task": _Run.task,
    "message": _Run.message,
    "signal": _Run.signal,
    "timer": _Run.timer,
    "advance": _Run.advance,
}


def _one_job(process_id: str) -> Resource:
    """Draw a process of this id that is one job of the same name."""
    drawn = _ONE_JOB.format(name=quoteattr(process_id))
    return Resource(f"{process_id}.bpmn", drawn.encode())


def _known(table: Mapping[str, Any], words: set[str]) -> None:
    if foreign := set(table) - words:
        raise Failed(f"unknown: {', '.join(sorted(foreign))}")


def _compare(there: Mapping[str, Any], expected: Mapping[str, Any], when: str) -> None:
    wrong = [
        f"{name} is {there[name]!r}, not {value!r}" if name in there else f"{name} is missing"
        for name, value in expected.items()
        if name not in there or there[name] != value
    ]
    if wrong:
        raise Failed(f"{when}: " + "; ".join(wrong))


def _plain(value: Any) -> Any:
    """Turn the dates of TOML into the texts that processes know."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _instant(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise Failed("now is a date and time")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _short(step: Mapping[str, Any]) -> str:
    word = next((word for word in _ACTS if word in step), "")
    return f"({word} '{step[word]}')" if word else "(?)"
