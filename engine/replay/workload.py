"""How many tasks files that are not deployed would have made, where the current ones made so many.

An estimate, unlike a replay, which stops at what nobody recorded. Where an instance goes a way it
never went, nobody knows what people and services would have done there; so here

- a service or called process that is given other values answers as it did then, and one the
  instance never asked answers nothing;
- a task that was never there is counted, and nobody completes it; a message that nobody sent then
  does not come.

Instances whose own version does not come to what was recorded are left out and counted apart.
Instances that still run are taken up to now.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from engine import definitions, store
from engine.errors import EngineError, NotFound
from engine.model import Kind, Resource
from engine.replay import cases
from engine.replay.cases import Case, Cases
from engine.replay.machine import Open
from engine.replay.outcome import NotReplayable
from engine.replay.reference import Repeating
from engine.replay.run import OWN_TIMERS, Event, Replaying, asked_for
from engine.replay.version import Version
from engine.transaction import releases
from engine.transaction.pending import Environment

_decided = store.decision_instance.c


@dataclass(frozen=True, slots=True)
class CaseTasks:
    """What one instance made of tasks, and would have made; by element. None: cannot be told."""

    then: Counter[str]
    now: Counter[str] | None


@dataclass(slots=True)
class Workload:
    """The tasks that the instances of a process made, and would have made."""

    process_id: str
    cases: int = 0  # instances that were looked at
    unknown: int = 0  # of them: not in the sums, because nobody can tell
    then: Counter[str] = field(default_factory=Counter)
    now: Counter[str] = field(default_factory=Counter)
    other: int = 0  # instances that would have made other tasks
    all_seen: bool = True  # False: there are more instances than were looked at

    def add(self, case: CaseTasks) -> None:
        """Count one more instance."""
        self.cases += 1
        if case.now is None:
            self.unknown += 1
            return
        self.then.update(case.then)
        self.now.update(case.now)
        self.other += case.then != case.now


def processes(connection: Connection, resources: Sequence[Resource], since: datetime) -> list[str]:
    """Return the deployed processes that these files change: their drawings, or their tables."""
    bundle = definitions.inspect(resources)
    tables = [name for each in bundle.decisions for name in each.model.decisions]
    keys = select(store.decision.c.key).where(store.decision.c.id.in_(tables))
    asked = select(_decided.process_id).where(
        _decided.decision_key.in_(keys), _decided.evaluated_at >= since
    )
    found = {name for name in connection.scalars(asked.distinct()) if name}
    found |= {each.id for each in bundle.processes if _deployed(connection, each.id)}
    return sorted(found)


def _deployed(connection: Connection, process_id: str) -> bool:
    try:
        releases.latest(connection, "process", process_id)
    except NotFound:
        return False
    return True


def tasks_of(
    connection: Connection,
    environment: Environment,
    version: Version,
    chosen: Cases,
) -> Iterator[CaseTasks]:
    """Yield what tasks each instance made, and would have made on the version; writes nothing."""
    for case in cases.read(connection, chosen):
        yield _one(connection, environment, version, case)


def workload(process_id: str, found: Iterable[CaseTasks]) -> Workload:
    """Sum what was found."""
    made = Workload(process_id)
    for case in found:
        made.add(case)
    return made


def _one(
    connection: Connection, environment: Environment, version: Version, case: Case
) -> CaseTasks:
    asked = asked_for(environment)
    try:
        reference = Repeating(connection, environment, case, asked).run()
    except NotReplayable:
        return CaseTasks(Counter(), None)
    estimate = Estimate(connection, environment, version, reference, asked)
    try:
        estimate.run()
    except EngineError:
        return CaseTasks(Counter(reference.tasks), None)
    told = None if estimate.stopped else estimate.tasks
    return CaseTasks(Counter(reference.tasks), told)


class Estimate(Replaying):
    """A replay that goes on where nobody recorded what came, as this module says."""

    _over = False
    _guessed = 0

    @property
    def tasks(self) -> Counter[str]:
        """How many tasks for people the version made, by element."""
        return self._machine.tasks

    def _goes_on(self) -> bool:
        return not self._over and super()._goes_on()

    def _look_at_what_waits(self) -> None:
        """Nothing stops it."""

    def _next(self) -> None:
        events = [*self._inputs_from_outside(), *self._known_events()]
        event = min(events, key=lambda each: each.order, default=None)
        end = self._reference.runs_at
        if event is None or (end is not None and event.at >= end):
            self._over = True
        else:
            event.act()

    def _known_events(self) -> Iterator[Event]:
        for held in self._waiting():
            if held.wait.kind is Kind.TIMER or self._answer_waits(held):
                yield self._event_of(held)
            elif held.wait.kind in (Kind.JOB, Kind.CHILD):
                yield self._unanswered(held)

    def _unanswered(self, held: Open) -> Event:
        return Event(self._machine.now, 0, 1, lambda: self._nothing(held))

    def _answer_waits(self, held: Open) -> bool:
        known = self._known(held)
        if known is None or held.taken >= len(known.inputs):
            return False
        coming = known.inputs[held.taken]
        waits_for_outside = held.wait.kind in (Kind.MESSAGE, Kind.SIGNAL)
        return not (waits_for_outside and (coming.at, coming.seq) < (held.at, held.seq))

    def _nothing(self, held: Open) -> None:
        self._guessed += 1
        if self._guessed > OWN_TIMERS:
            self._stop_at(held, "too long")
            return
        self._go(held, lambda: self._machine.resume(held, {}, {}), None)
