"""Replays cases: the recorded inputs and the version's own timers, in the order of time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from engine.errors import EngineError, Invalid
from engine.model import Kind, Wait
from engine.replay import cases, compare, form_answers
from engine.replay.cases import Case, Cases
from engine.replay.machine import Machine, Made, Open
from engine.replay.outcome import (
    Difference,
    NotReplayable,
    Outcome,
    Result,
    Stop,
)
from engine.replay.reference import Asked, Input, Known, Reference, Repeating
from engine.replay.version import Resolver, Version
from engine.schedule import timers
from engine.transaction.pending import Environment

OWN_TIMERS = 1_000  # timers of its own that one replay lets go off
_ANSWERED_FROM_VALUES = frozenset({Kind.JOB, Kind.CHILD})
_PEOPLE = frozenset({Kind.USER_TASK, Kind.INCIDENT})
_INSIDE = frozenset({Kind.TIMER, Kind.CONDITION})  # need nobody outside


def replay(
    connection: Connection, environment: Environment, version: Version, chosen: Cases
) -> Iterator[Outcome]:
    """Yield what becomes of each chosen case on the version; nothing is written."""
    for case in cases.read(connection, chosen):
        yield one(connection, environment, version, case)


def one(connection: Connection, environment: Environment, version: Version, case: Case) -> Outcome:
    """Replay one case."""
    told = case.key, case.definition_key, case.business_key, case.started_at, case.ended_at
    asked = asked_for(environment)
    try:
        reference = Repeating(connection, environment, case, asked).run()
    except NotReplayable as why:
        return Outcome(*told, Result.NOT_REPLAYABLE, reason=why.reason, told=why.told)
    playing = Replaying(connection, environment, version, reference, asked)
    playing.run()
    return Outcome(
        *told,
        playing.result(),
        tuple(playing.differences),
        playing.stopped,
        playing.taken,
        tuple(playing.ends),
    )


def asked_for(environment: Environment) -> Asked:
    """Return what the answer of a job follows from: its declared inputs, else all it may read."""

    def asked(wait: Wait, seen: dict[str, Any]) -> Any:
        task = environment.service_tasks.get(wait.data["type"])
        if task is None or wait.data.get("job_kind") != "BPMN_ELEMENT":
            return seen
        return {name: seen.get(name) for name in task.inputs}

    return asked


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens next: an input, a timer, or the end of what is known."""

    at: datetime
    seq: float
    rank: Literal[0, 1]  # what nobody knows comes after all that is known
    act: Callable[[], None]

    @property
    def order(self) -> tuple[datetime, float, int]:
        """What comes first: by instant, then as it was recorded."""
        return self.at, self.seq, self.rank


class Replaying:
    """One case on another version."""

    def __init__(
        self,
        connection: Connection,
        environment: Environment,
        version: Version,
        reference: Reference,
        asked: Asked,
    ) -> None:
        self.differences: list[Difference] = []
        self.stopped: Stop | None = None
        self.taken = 0
        self.ends: list[str] = []
        self._environment = environment
        self._connection = connection
        self._version = version
        self._reference = reference
        key = version.deployment_key or reference.deployment_key
        self._resolver = Resolver(connection, environment.catalogue, key, version)
        self._machine = Machine(environment, version.process, self._resolver, asked)
        for taken in reversed(reference.inputs):  # until a step says otherwise
            self._resolver.use(taken.decisions)
        self._heard: set[int] = set()  # seq of the recorded inputs that came
        self._own_timers = 0

    # -- the run -----------------------------------------------------------------------------

    def run(self) -> None:
        """Go on until it ends, or stop at what nobody recorded."""
        start, machine = self._reference.start, self._machine
        self._at(start.at, start.seq, start)
        try:
            made = machine.start(start.given, self._reference.zone)
        except EngineError as error:
            self._stop("", "start", "refused", error.message)
            return
        self._compare(start, made)
        while self._goes_on():
            self._look_at_what_waits()
            if self.stopped is None:
                self._next()
        if self.stopped is None:
            self._unheard()

    def _goes_on(self) -> bool:
        return self._machine.ended is None and self.stopped is None

    def result(self) -> Result:
        """Return the class of what came of it."""
        kinds = {each.kind for each in self.differences}
        if kinds & {"decision", "way", "unheard"}:
            return Result.ANOTHER_WAY
        if self.stopped is not None:
            return Result.STOPPED
        if "time" in kinds:
            return Result.OTHER_TIMES
        return Result.OTHER_VALUES if "value" in kinds else Result.SAME

    def _next(self) -> None:
        events = [*self._inputs_from_outside(), *map(self._event_of, self._waiting())]
        if not events:
            self._stop("", "nothing", "gone by then")
            return
        event = min(events, key=lambda each: each.order)
        event.act()

    def _waiting(self) -> list[Open]:
        return [
            held for held in self._machine.open.values() if held.wait.kind is not Kind.CONDITION
        ]

    # -- what comes next ---------------------------------------------------------------------

    def _look_at_what_waits(self) -> None:
        """Stop if something waits that nobody has ever answered in this case."""
        for held in self._waiting():
            if held.wait.kind is Kind.TIMER:
                continue
            known = self._known(held)
            if known is None:
                why = "incident" if held.wait.kind is Kind.INCIDENT else "never there"
                self._stop_at(held, why)
                return
            if held.taken == 0 and known.asked != held.asked and known.inputs:
                self._stop_at(held, "given other values", _changed(known.asked, held.asked))
                return

    def _known(self, held: Open) -> Known | None:
        return self._reference.waits.get(held.id)

    def _inputs_from_outside(self) -> Iterator[Event]:
        coming = (each for each in self._reference.outside if each.seq not in self._heard)
        if (taken := next(coming, None)) is not None:
            yield Event(taken.at, taken.seq, 0, lambda: self._from_outside(taken))

    def _event_of(self, held: Open) -> Event:
        known = self._known(held)
        if held.wait.kind is Kind.TIMER:
            return self._timer(held, known)
        if known is None:
            return Event(self._machine.now, 0, 1, lambda: self._stop_at(held, "never there"))
        coming = known.inputs[held.taken] if held.taken < len(known.inputs) else None
        if coming is None:
            gone = max(known.closed_at, self._machine.now)
            return Event(gone, known.closed_seq, 1, lambda: self._gone(held, gone))
        return self._coming(held, known, coming)

    def _coming(self, held: Open, known: Known, coming: Input) -> Event:
        kind = held.wait.kind
        if kind in _ANSWERED_FROM_VALUES:
            at = max(held.at + (coming.at - known.opened_at), self._machine.now)
        elif kind in _PEOPLE:
            at = max(coming.at, self._machine.now)
        else:
            at = coming.at
            if (at, coming.seq) < (held.at, held.seq):
                return Event(self._machine.now, 0, 0, lambda: self._stop_at(held, "came before"))
        return Event(at, coming.seq, 0, lambda: self._hear(held, coming, at))

    def _timer(self, held: Open, known: Known | None) -> Event:
        """Return when a timer goes off: as recorded if it is due as recorded, else when due."""
        due = max(_due(held.wait), self._machine.now)
        coming = known.inputs[0] if known is not None and known.inputs else None
        if known is None or _due(known.wait) != _due(held.wait):
            return Event(due, -1, 0, lambda: self._own_timer(held, coming, due))
        if coming is not None:
            at = max(coming.at, self._machine.now)
            return Event(at, coming.seq, 0, lambda: self._hear(held, coming, at))
        late = max(due, known.closed_at)  # it was there, and something else came before it went off
        return Event(late, known.closed_seq, 1, lambda: self._own_timer(held, None, late))

    # -- what happens ------------------------------------------------------------------------

    def _at(self, at: datetime, seq: float, taken: Input | None = None) -> None:
        self._machine.now, self._machine.seq = at, seq
        if taken is not None:
            self._resolver.use(taken.decisions)

    def _hear(self, held: Open, coming: Input, at: datetime) -> None:
        self._at(at, coming.seq, coming)
        self._heard.add(coming.seq)
        values = coming.given["values"]
        if held.wait.kind is Kind.USER_TASK and "event" not in coming.given:
            self.taken += bool(self.differences)
            try:
                values = self._as_the_form_takes(held, values)
            except Invalid as refused:
                self._stop_at(held, "refused", "; ".join(p.element for p in refused.problems))
                return
        self._go(held, lambda: self._machine.resume(held, values, coming.given), coming)

    def _as_the_form_takes(self, held: Open, values: Mapping[str, Any]) -> Mapping[str, Any]:
        known = self._known(held)
        form = form_answers.changed(
            self._connection,
            self._environment.catalogue,
            self._version,
            None if known is None else known.wait,
            held.wait,
        )
        if form is None:
            return values
        at = timers.local(self._machine.now, self._version.process.zone or self._environment.zone)
        return form.check(values, self._machine.visible(held.wait), now=at)

    def _gone(self, held: Open, at: datetime) -> None:
        self._machine.now = at
        self._stop_at(held, "gone by then")

    def _own_timer(self, held: Open, recorded: Input | None, at: datetime) -> None:
        self._own_timers += 1
        if self._own_timers > OWN_TIMERS:
            self._stop_at(held, "too long")
            return
        self._at(at, -1 if recorded is None else recorded.seq, recorded)
        element = held.wait.element_id
        if recorded is not None:
            self._heard.add(recorded.seq)
            self._differ(Difference("time", element, at, recorded.at, at))
        given: Mapping[str, Any] = {}
        self._go(held, lambda: self._machine.resume(held, {}, given), recorded)

    def _from_outside(self, taken: Input) -> None:
        self._at(max(taken.at, self._machine.now), taken.seq, taken)
        self._heard.add(taken.seq)
        if taken.given["kind"] == "cancel":
            at_once = taken.made.ended is not None
            self._go(None, lambda: self._machine.cancel(at_once=at_once), taken)
            return
        scope = self._machine.places.key(taken.scope)
        if scope is None:
            self._differ(Difference("unheard", "", taken.at, "variables"))
            return
        self._go(None, lambda: self._machine.set_variables(scope, taken.given), taken)

    def _go(self, held: Open | None, move: Callable[[], Made], recorded: Input | None) -> None:
        try:
            made = move()
        except EngineError as error:
            if held is None:
                self._stop("", "variables", "refused", error.message)
            else:
                self._stop_at(held, "refused", error.message)
            return
        self._compare(recorded, made, held)

    # -- what is told ------------------------------------------------------------------------

    def _compare(self, recorded: Input | None, made: Made, held: Open | None = None) -> None:
        self.ends += made.ends
        element = "" if held is None else held.wait.element_id
        for found in compare.differences(
            None if recorded is None else recorded.made, made, self._machine.now, element
        ):
            self._differ(found)

    def _unheard(self) -> None:
        """Tell which recorded inputs nothing waited for any more."""
        for taken in self._reference.inputs:
            if taken.seq in self._heard:
                continue
            element = taken.wait[2] if taken.wait is not None else ""
            self._differ(Difference("unheard", element, taken.at, taken.given["kind"]))

    def _differ(self, difference: Difference) -> None:
        self.differences.append(difference)

    def _stop_at(self, held: Open, why: Any, detail: str = "") -> None:
        wait = held.wait
        if wait.kind is Kind.INCIDENT:
            detail = detail or str(wait.data.get("message", ""))
        self._stop(wait.element_id, wait.kind.value, why, detail)

    def _stop(self, element: str, waits_for: str, why: Any, detail: str = "") -> None:
        self.stopped = Stop(element, waits_for, self._machine.now, why, detail)


def _due(wait: Wait) -> datetime:
    return datetime.fromisoformat(wait.data["due_at"])


def _changed(before: Any, now: Any) -> str:
    """Return the names of the values that are not the same."""
    if not (isinstance(before, dict) and isinstance(now, dict)):
        return ""
    names = before.keys() | now.keys()
    return ", ".join(sorted(n for n in names if before.get(n) != now.get(n)))
