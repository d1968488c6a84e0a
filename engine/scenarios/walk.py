"""A process walked by hand, a step at a time, with no effect outside; it can become a scenario.

A walk is nothing but its list of steps: it is played anew from the start, so nothing of it is kept
anywhere between two clicks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import reads, store
from engine.errors import EngineError
from engine.model import Kind, Resource
from engine.reads import Waiting
from engine.scenarios.deployed import Copies
from engine.scenarios.outcome import Failed, Visited
from engine.scenarios.play import Play
from engine.service_task import Registry


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing the process waits for, with what somebody needs who lets it go on."""

    kind: Kind
    element: str
    process_id: str
    what: str  # the type of a job, the name of a message, a signal or a task
    key: str = ""  # the correlation key of a message
    due_at: datetime | None = None
    form: dict[str, Any] | None = None  # form-js, of a task
    sees: dict[str, Any] = field(default_factory=dict)  # variables: of a task, given to a job


class Walk:
    """An instance as it is after the steps of a scenario."""

    def __init__(
        self, resources: Sequence[Resource], scenario: Mapping[str, Any], service_tasks: Registry
    ) -> None:
        """Start it and do its steps; what cannot be done ends it there, see `stopped`.

        Raises Failed or EngineError where it does not even start.
        """
        self.scenario = dict(scenario)
        start = {name: value for name, value in scenario.items() if name not in {"do", "expect"}}
        self._play = Play(Copies(resources), start, service_tasks)
        self.stopped: tuple[int, str] | None = None  # number of the step, why
        for number, step in enumerate(scenario.get("do", ()), start=1):
            try:
                self._play.do(step)
            except (Failed, EngineError, ValueError) as error:
                self.stopped = number, str(error)
                break

    @property
    def now(self) -> datetime:
        """The time in the walk."""
        return self._play.now

    def do(self, step: Mapping[str, Any]) -> None:
        """Do one more step; raises Failed, or EngineError as it comes."""
        self._play.do(step)
        self.scenario = {**self.scenario, "do": [*self.scenario.get("do", ()), dict(step)]}

    def waits(self) -> list[Waits]:
        """Return what it waits for, in the order it came to it."""
        return [self._described(wait) for wait in self._play.waiting()]

    def state(self) -> str:
        """Return the state of the instance: ACTIVE, COMPLETED, TERMINATED …"""
        return self._instance().state

    def variables(self) -> dict[str, Any]:
        """Return the variables of the process."""
        key = self._play.key
        with store.reading(self._play.database) as connection:
            values = reads.variables(connection, key)
        return {value.name: value.value for value in values if value.scope_key == key}

    def troubles(self) -> list[tuple[str, str]]:
        """Return (element, message) of the incidents."""
        with store.reading(self._play.database) as connection:
            return [(one.element_id, one.message) for one in reads.incidents(connection).items]

    def counts(self) -> dict[str, reads.Counts]:
        """Return how often each element of the process ran and runs."""
        with store.reading(self._play.database) as connection:
            return reads.instance_statistics(connection, self._play.key)

    def visited(self) -> Visited:
        """Return the elements and rows that were come to."""
        return self._play.visited()

    def recorded(self, title: str) -> dict[str, Any]:
        """Return the walk as a scenario that expects what is there now."""
        return {"title": title, **self.scenario, "expect": self._expected()}

    def _expected(self) -> dict[str, Any]:
        if self.state() != "ACTIVE":
            return {"ended": self._last_end() or True}
        waiting = sorted({wait.element_id for wait in self._play.waiting()})
        troubles = self._instance().incidents
        return {"waiting": waiting, **({"incidents": troubles} if troubles else {})}

    def _last_end(self) -> str:
        with store.reading(self._play.database) as connection:
            ran = reads.elements(connection, self._play.key)
        ends = [one for one in ran if one.type == "END_EVENT" and one.state == "COMPLETED"]
        return ends[-1].element_id if ends else ""

    def _instance(self) -> reads.Instance:
        with store.reading(self._play.database) as connection:
            return reads.instance(connection, self._play.key)

    def _described(self, wait: Waiting) -> Waits:
        process = self._process_of(wait)
        if wait.kind is Kind.USER_TASK:
            return self._task(wait, process)
        if wait.kind is Kind.JOB:
            given = self._play.take(wait)["variables"]
            return Waits(wait.kind, wait.element_id, process, wait.what, sees=given)
        name, key = self._heard(wait)
        return Waits(wait.kind, wait.element_id, process, name, key, wait.due_at)

    def _task(self, wait: Waiting, process: str) -> Waits:
        with store.reading(self._play.database) as connection:
            form = reads.form_of_task(connection, wait.key)
            sees = reads.task_sees(connection, wait.key)
        return Waits(wait.kind, wait.element_id, process, wait.what, "", wait.due_at, form, sees)

    def _heard(self, wait: Waiting) -> tuple[str, str]:
        row = store.subscription.c
        found = select(row.name, row.correlation_key).where(row.key == wait.key)
        with store.reading(self._play.database) as connection:
            heard = connection.execute(found).one_or_none()
        return (wait.what, "") if heard is None else (heard.name, heard.correlation_key or "")

    def _process_of(self, wait: Waiting) -> str:
        with store.reading(self._play.database) as connection:
            for key in self._play.family():
                if any(one.key == wait.key for one in reads.waiting(connection, key)):
                    return reads.instance(connection, key).process_id
        return ""
