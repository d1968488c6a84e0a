"""One transaction of the engine: instances are loaded, moved by the core, and written once.

A step may start children, end into a parent, throw signals or meet a waiting message. Such
consequences are worked off one by one in the same transaction, never by recursion.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from engine import runtime, store
from engine.errors import Conflict, EngineError
from engine.limits import Limits
from engine.model import Step, Wait
from engine.reactions import call_activities, quarantine, waits
from engine.service_task import Registry
from engine.transaction import (
    candidates,
    events_out,
    history_chain,
    history_rows,
    input_limits,
    instances,
)
from engine.transaction.catalogue import Catalogue
from engine.transaction.changes import Changes
from engine.transaction.events_out import News, Outlet
from engine.transaction.instances import Damaged, Instance
from engine.transaction.resolver import Resolver
from engine.transaction.state_parts import State

# How many consequences one transaction takes on. What is over that still happens, but stops with an
# incident, so it sets off nothing more; so it is when the time is over.
MAX_CONSEQUENCES = 2_500
_RUNAWAY = 20 * MAX_CONSEQUENCES  # a fault of ours: what stopped goes on all the same


class Queue(Protocol):
    """Takes work for the background, in the same transaction."""

    def enqueue(
        self,
        connection: Connection,
        kind: str,
        payload: Mapping[str, Any],
        *,
        id: str,  # noqa: A002 - the word of the interface
        delay: float = 0.0,
    ) -> None:
        """Queue a run; the same id is queued once."""

    def enqueue_job(self, connection: Connection, job_key: int, attempt: int, delay: float) -> None:
        """Queue run number `attempt` of a job."""


class Move:
    """The unit of work of a verb; `finish` writes, the caller commits."""

    def __init__(
        self,
        connection: Connection,
        *,
        now: datetime,
        actor: str,
        keys: Callable[[], int],
        catalogue: Catalogue,
        service_tasks: Registry,
        limits: Limits,
        zone: str = "UTC",
        queue: Queue | None = None,
        audiences: set[str] | None = None,
        outlet: Outlet | None = None,
    ) -> None:
        """Hold what a transaction needs; nothing is loaded yet."""
        self.connection = connection
        self.now = now
        self.actor = actor
        self.keys = keys
        self.catalogue = catalogue
        self.service_tasks = service_tasks
        self.limits = limits
        self.zone = zone
        self.changes = Changes(limits)
        self._queue = queue
        self.audiences = audiences if audiences is not None else set()
        self.new_audiences: dict[str, list[str]] = {}
        self._instances: dict[int, Instance] = {}
        self._consequences: deque[Callable[[], None]] = deque()
        self._owed = 0
        self._following = False  # what a verb itself does always happens
        self._until = time.monotonic() + limits.engine_seconds
        self._runs: list[tuple[int, int, float]] = []
        self._work: list[tuple[str, Mapping[str, Any], str]] = []
        self._outlet = outlet
        self._news: list[News] = []

    # -- instances ---------------------------------------------------------------------------

    def adopt(self, instance: Instance) -> Instance:
        """Take an instance into this transaction; the same one is never held twice."""
        return self._instances.setdefault(instance.key, instance)

    def instance(self, key: int) -> Instance:
        """Give an instance, loaded and locked when first asked for."""
        held = self._instances.get(key)
        return held or self.adopt(instances.read(self.connection, key, self.catalogue))

    def from_row(self, row: Any) -> Instance:
        """Give the instance of a row that was read together with what waits."""
        held = self._instances.get(row["instance__key"])
        return held or self.adopt(instances.from_row(self.connection, row, self.catalogue))

    def whole(self, row: Any) -> Instance | None:
        """Give the instance of a row; None, and it is put aside, if its state is damaged."""
        try:
            return self.from_row(row)
        except Damaged as damaged:
            quarantine.isolate(self, damaged.instance_key)
            return None

    def resolver(self, instance: Instance) -> Resolver:
        """Say how this instance finds what its diagram names."""
        return Resolver(self.connection, self.catalogue, instance.deployed.deployment_key)

    def context(self, instance: Instance) -> runtime.Context:
        """Give the core what it needs beside the state of this instance."""
        resolver = self.resolver(instance)
        return runtime.Context(self.now, self.keys, resolver, self.limits, self.halt)

    # -- moving ------------------------------------------------------------------------------

    def resume(
        self,
        instance: Instance,
        wait: Wait,
        variables: Mapping[str, Any],
        command: str,
        subject: str = "",
        *,
        fits: bool = False,
    ) -> Step:
        """Let the core go on from a wait; with `fits`, refused now if it would grow too large."""
        step = self._step(
            instance,
            wait,
            lambda state: runtime.resume(
                instance.definition,
                state,
                wait,
                variables,
                context=self.context(instance),
            ),
        )
        if fits:
            input_limits.fits(step, instance.stored.folded_size(), self.limits)
        return self.apply(instance, step, command, subject or wait.element_id)

    def throw(
        self, instance: Instance, wait: Wait, thrown: Mapping[str, Any], command: str
    ) -> Step:
        """Let an error or escalation leave a wait."""
        step = self._step(
            instance,
            wait,
            lambda state: runtime.throw(
                instance.definition,
                state,
                wait,
                kind=thrown.get("kind", "error"),
                code=thrown["code"],
                message=thrown.get("message") or "",
                variables=thrown.get("variables") or {},
                context=self.context(instance),
            ),
        )
        return self.apply(instance, step, command, wait.element_id)

    def fail(
        self, instance: Instance, wait: Wait, error_type: str, message: str, command: str
    ) -> Step:
        """Make an incident of a wait that cannot go on."""
        step = self._step(
            instance,
            wait,
            lambda state: runtime.fail(
                instance.definition,
                state,
                wait,
                error_type=error_type,
                message=message,
                context=self.context(instance),
            ),
        )
        return self.apply(instance, step, command, wait.element_id)

    def miss(self, instance: Instance, wait: Wait) -> Step:
        """Make an incident of a wait whose row is gone."""
        message = f"What '{wait.element_id}' waits for is lost ({wait.kind}): resolve to try again."
        step = self._step(
            instance,
            wait,
            lambda state: runtime.miss(
                instance.definition,
                state,
                wait,
                message=message,
                context=self.context(instance),
            ),
        )
        return self.apply(instance, step, "report lost", wait.element_id)

    def change_task(
        self,
        instance: Instance,
        wait: Wait,
        event: str,
        changes: Mapping[str, Any],
        command: str,
        subject: str,
    ) -> Step:
        """Assign or update a user task: now, or when its listeners have heard it."""
        step = self._step(
            instance,
            wait,
            lambda state: runtime.change_task(
                instance.definition,
                state,
                wait,
                changes,
                event=event,
                context=self.context(instance),
            ),
        )
        return self.apply(instance, step, command, subject)

    def _step(self, instance: Instance, wait: Wait, go: Callable[[State], Step]) -> Step:
        """Ask the core with what is near the wait, or with everything if that is not enough."""
        stored = alive(instance).stored
        try:
            return go(stored.near(wait.element_instance_key))
        except runtime.PartMissing:
            return go(stored.whole())

    def cancel(self, instance: Instance, command: str) -> Step:
        """End an instance and everything in it; while cancel listeners are heard it goes on."""
        step = runtime.cancel(instance.definition, instance.data, context=self.context(instance))
        return self.apply(instance, step, command)

    def end(self, key: int, command: str = "cancel") -> None:
        """End an instance and everything in it, even one whose state is damaged."""
        try:
            self.cancel(self.instance(key), command)
        except Damaged as damaged:
            if damaged.instance_key != key:
                raise
            quarantine.abandon(self, key)

    def apply(self, instance: Instance, step: Step, command: str, subject: str = "") -> Step:
        """Note everything a step changed."""
        instance.stored.replace(step.state)
        self.changes.instances[instance.key] = instance
        for flow in step.flows:
            instance.flows = {
                **instance.flows,
                flow.flow_id: instance.flows.get(flow.flow_id, 0) + flow.count,
            }
        history_rows.elements(self, instance, step)
        history_rows.decisions(self, instance, step)
        history_rows.tasks(self, instance, step)
        for closed in step.closed:
            waits.closed(self, instance, closed)
        for wait in step.opened:
            waits.opened(self, instance, wait)
        if step.ended:
            instance.state, instance.ended_at = step.ended, self.now
            events_out.of_instance(self, instance, step.ended.lower())
            if instance.incidents:
                quarantine.close_all(self, instance)
        row = history_chain.link(
            instance, step, at=self.now, actor=self.actor, command=command, subject=subject
        )
        self.changes.put(store.history, (instance.key, row["seq"]), row)
        call_activities.after(self, instance, step)
        return step

    def later(self, consequence: Callable[[], None]) -> None:
        """Do something more before this transaction ends."""
        self.owe(1)
        self._consequences.append(consequence)

    def owe(self, number: int) -> None:
        """Count what this transaction has taken on."""
        self._owed += number

    @property
    def halt(self) -> str:
        """Say why nothing more may follow in this transaction; empty while there is room."""
        spent = self._owed > MAX_CONSEQUENCES or time.monotonic() > self._until
        if not (self._following and spent):
            return ""
        return "One request set off too many steps at once; resolve this to go on here."

    def settle(self) -> None:
        """Work off all consequences."""
        self._following = True
        while self._consequences:
            if self._owed > _RUNAWAY:
                raise EngineError("one request set off too many steps at once")
            self._consequences.popleft()()

    def finish(self) -> None:
        """Work off all consequences and write; the transaction is then ready to commit."""
        self.settle()
        self.flush()
        candidates.write(self.connection, self.new_audiences)
        if self._queue is not None:
            for job_key, attempt, delay in self._runs:
                self._queue.enqueue_job(self.connection, job_key, attempt, delay)
            for kind, payload, run in self._work:
                self._queue.enqueue(self.connection, kind, payload, id=run)
        if self._outlet and self._news:
            self._outlet(self.connection, self._news, self.now)

    def flush(self) -> None:
        """Write what is known so far, so that the next query sees it."""
        self.changes.flush(self.connection)

    def tell(self, kind: str, data: Callable[[], dict[str, Any]]) -> None:
        """Let others hear of something once this transaction is committed."""
        if self._outlet:
            self._news.append(News(kind, data()))

    def run(self, job_key: int, attempt: int, delay_s: float = 0.0) -> None:
        """Let our worker run an installed job once this transaction is committed."""
        self._runs.append((job_key, attempt, delay_s))

    def take_run(self, instance_key: int) -> dict[str, Any] | None:
        """Give the row of a job just opened in the instance, and queue no run of it."""
        for run in self._runs:
            row = self.changes.row(store.job, run[0])
            if row is not None and row["open"] and row["instance_key"] == instance_key:
                self._runs.remove(run)
                return row
        return None

    @property
    def background(self) -> bool:
        """Whether something can be left to the background."""
        return self._queue is not None

    def work(self, kind: str, payload: Mapping[str, Any], run: str) -> None:
        """Let the background do something else once this transaction is committed."""
        self._work.append((kind, payload, run))


def alive(instance: Instance) -> Instance:
    """Refuse to move what has ended or is suspended."""
    if instance.state != "ACTIVE":
        raise Conflict(f"process instance {instance.key} is {instance.state.lower()}")
    return instance
