"""A case in memory: the core, what waits, and what each step made."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from engine import runtime
from engine.definitions import Definition
from engine.model import DROPPED, Kind, Step, Wait
from engine.replay.places import Path, Places
from engine.replay.version import Resolver
from engine.transaction.pending import Environment

# By what a wait of one run is found in another: path, kind, element, what it asks, which one.
WaitId = tuple[Path, Kind, str, str, int]


def _asks(wait: Wait) -> str:
    """Return what a wait asks for, where an answer to something else would be no answer."""
    data = wait.data
    if wait.kind is Kind.JOB:
        return f"{data['type']} {data.get('listener_event', '')}"
    if wait.kind in (Kind.MESSAGE, Kind.SIGNAL):
        return data.get("name") or ""
    return str(data["process_id"]) if wait.kind is Kind.CHILD else ""


@dataclass(slots=True)
class Open:
    """Something that waits."""

    id: WaitId
    wait: Wait
    at: datetime
    seq: float  # of the recorded step that opened it, in the order of the case
    asked: Any = None  # the values that who answers is given, where the answer follows from them
    taken: int = 0  # inputs it had so far


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision answered, and by which rows."""

    element: str
    decision_id: str
    output: Any
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What one step made, in words that two runs share."""

    elements: Counter[tuple[Path, str]]  # (where, state)
    decisions: Mapping[tuple[Path, str, int], Decided]
    values: Mapping[tuple[Path, str], Any]
    ends: tuple[str, ...]
    ended: str | None
    raw: tuple[tuple[int, str, str, str], ...] = field(repr=False, default=())
    written: Mapping[tuple[int, str], Any] = field(repr=False, default_factory=dict)


class Machine:
    """One run of a case: the state between two steps and what waits."""

    def __init__(
        self,
        environment: Environment,
        definition: Definition,
        resolver: Resolver,
        asked: Callable[[Wait, dict[str, Any]], Any],
    ) -> None:
        """Take a drawing; nothing has begun."""
        self.definition = definition
        self.resolver = resolver
        self.open: dict[int, Open] = {}
        self.ended: str | None = None
        self.now = datetime.min.replace(tzinfo=UTC)
        self.seq: float = 0
        self.key = 1
        self.places = Places(self.key)
        self._environment = environment
        self._keys = count(2).__next__
        self._state: dict[str, Any] = {}
        self._asked = asked
        self._opened: Counter[tuple[Path, Kind, str, str]] = Counter()

    @property
    def tasks(self) -> Counter[str]:
        """How many tasks for people it has opened so far, by element."""
        found: Counter[str] = Counter()
        for (_, kind, element, _asked), number in self._opened.items():
            if kind is Kind.USER_TASK:
                found[element] += number
        return found

    # -- moves -------------------------------------------------------------------------------

    def start(self, given: Mapping[str, Any], zone: str) -> Made:
        """Begin as the case began."""
        how = {name: value for name, value in given.items() if name not in _NO_ARGUMENT}
        step = runtime.start(
            self.definition,
            key=self.key,
            variables=given["values"],
            context=self._context(),
            zone=self.definition.zone or given.get("zone") or zone,
            **how,
        )
        return self._took(step)

    def resume(self, held: Open, values: Mapping[str, Any], given: Mapping[str, Any]) -> Made:
        """Let one wait be over, or fail, or be thrown out of, as it was given."""
        act, context, wait = given.get("act"), self._context(), held.wait
        held.taken += 1
        if act == "throw":
            step = runtime.throw(self.definition, self._state, wait, context=context, **values)
        elif act == "fail":
            step = runtime.fail(self.definition, self._state, wait, context=context, **values)
        elif "event" in given:
            step = runtime.change_task(
                self.definition, self._state, wait, values, event=given["event"], context=context
            )
        else:
            answered = self._answered(wait, given)
            step = runtime.resume(self.definition, self._state, answered, values, context=context)
        return self._took(step)

    def set_variables(self, scope: int, given: Mapping[str, Any]) -> Made:
        """Write variables as somebody did from outside."""
        return self._took(
            runtime.set_variables(
                self.definition,
                self._state,
                scope,
                given["values"],
                local=given["local"],
                context=self._context(),
            )
        )

    def cancel(self, *, at_once: bool) -> Made:
        """End it as somebody ended it from outside; at once, or after its cancel listeners."""
        step = runtime.cancel(self.definition, self._state, context=self._context())
        if at_once and step.ended is None:
            step = runtime.cancel(self.definition, step.state, context=self._context())
        return self._took(step)

    def visible(self, wait: Wait) -> dict[str, Any]:
        """Return the variables seen from where something waits."""
        return runtime.visible(self._state, wait.element_instance_key)

    # -- inside ------------------------------------------------------------------------------

    def _answered(self, wait: Wait, given: Mapping[str, Any]) -> Wait:
        if "result" not in given:
            return wait
        data = {**wait.data, "result": given["result"]}
        return Wait(wait.key, wait.kind, wait.element_id, wait.element_instance_key, data)

    def _context(self) -> runtime.Context:
        environment = self._environment
        return runtime.Context(
            self.now,
            self._keys,
            self.resolver,
            environment.limits,
            calendars=environment.calendars,
        )

    def _took(self, step: Step) -> Made:
        self._state = step.state
        self.ended = step.ended
        self.places.note(step)
        for closed in step.closed:
            self.open.pop(closed.key, None)
        for wait in step.opened:
            self._open(wait)
        return self._made(step)

    def _open(self, wait: Wait) -> None:
        path = self.places.path(wait.element_instance_key)
        place = (path, wait.kind, wait.element_id, _asks(wait))
        self._opened[place] += 1
        held = Open((*place, self._opened[place]), wait, self.now, self.seq)
        if wait.kind is Kind.JOB:
            held.asked = self._asked(wait, self.visible(wait))
        elif wait.kind is Kind.CHILD:
            held.asked = wait.data.get("variables")
        elif wait.kind is Kind.MESSAGE:
            held.asked = wait.data.get("correlation_key")
        self.open[wait.key] = held

    def _made(self, step: Step) -> Made:
        path = self.places.path
        decided: dict[tuple[Path, str, int], Decided] = {}
        for record in step.decisions:
            place = path(record.element_instance_key)
            number = sum(key[:2] == (place, record.decision_id) for key in decided)
            rows = tuple(r["ruleId"] for e in record.evaluated for r in e.get("matchedRules", ()))
            answer = record.failure or record.output
            decided[place, record.decision_id, number] = Decided(
                record.element_id, record.decision_id, answer, rows
            )
        return Made(
            Counter((path(e.key), e.state) for e in step.elements),
            decided,
            {
                (path(v.scope_key), v.name): v.value
                for v in step.variables
                if v.value is not DROPPED
            },
            tuple(
                e.element_id
                for e in step.elements
                if e.type == "END_EVENT" and e.state == "COMPLETED"
            ),
            step.ended,
            tuple((e.key, e.element_id, e.type, e.state) for e in step.elements),
            {(v.scope_key, v.name): v.value for v in step.variables if v.value is not DROPPED},
        )


_NO_ARGUMENT = frozenset({"kind", "values", "zone", "decisions"})
