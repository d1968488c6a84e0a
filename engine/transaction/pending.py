"""What a transaction is about to do: rows, follow-ups, events and runs, gathered until its end."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import store
from engine.limits import Limits
from engine.properties import ENGINE
from engine.properties import Catalogue as Properties
from engine.schedule.business import Calendars, no_calendars
from engine.service_task import Registry
from engine.transaction.catalogue import Catalogue
from engine.transaction.changes import Changes
from engine.transaction.draw import Stratum
from engine.transaction.follow_ups import FollowUp
from engine.transaction.instances import Instance
from engine.transaction.ports import (
    Colleagues,
    DomainEvent,
    Encounter,
    Encounters,
    Outbox,
    Permit,
    Queue,
)

# How many follow-ups one transaction takes on. What is over that still happens, but stops with an
# incident, so it sets off nothing more; so it is when the time is over.
MAX_FOLLOW_UPS = 2_500
NOTICE = "notice"  # the kind of a run that calls a service task for people, outside of instances


@dataclass(eq=False)
class Environment:
    """What all transactions of an engine share."""

    handlers: Mapping[type[FollowUp], Callable[..., None]]  # take the unit of work, the follow-up
    service_tasks: Registry
    limits: Limits
    zone: str  # of processes that name none
    queue: Queue | None = None
    outbox: Outbox | None = None
    calendars: Calendars = no_calendars
    encounters: Encounters | None = None
    properties: Properties = ENGINE
    one_person_may_do_all: Callable[[Connection], bool] = lambda _: False  # a company of one
    stratum: Stratum = lambda *_: ""  # within which the sides of a trial are balanced
    colleagues: Colleagues = lambda *_: ()  # who can do a task that finds its person
    policy_number: Callable[[Connection, str], int | None] = lambda _, __: None  # by its key
    catalogue: Catalogue = field(default_factory=Catalogue)
    audiences: set[str] = field(default_factory=set)  # sets of candidates known to be stored
    # Notices of an engine without a queue: its worker takes them in `run_until_idle`.
    notices: deque[Mapping[str, Any]] = field(default_factory=deque)


class Pending:
    """What one transaction knows and has gathered; nothing is written before `flush`."""

    def __init__(
        self,
        connection: Connection,
        environment: Environment,
        *,
        now: datetime,
        actor: str,
        keys: Callable[[], int],
        permit: Permit | None = None,
    ) -> None:
        """Hold what a transaction needs; nothing is gathered yet."""
        self.connection = connection
        self.environment = environment
        self.catalogue = environment.catalogue
        self.limits = environment.limits
        self.zone = environment.zone
        self.now = now
        self.actor = actor
        self.keys = keys
        self._permit = permit
        self.changes = Changes(environment.limits)
        self._instances: dict[int, Instance] = {}
        self.new_audiences: dict[str, list[str]] = {}
        self._follow_ups: deque[FollowUp] = deque()
        self._counted = 0
        self._following = False  # what a command itself does always happens
        self._until = time.monotonic() + environment.limits.engine_seconds
        self._job_runs: list[tuple[int, int, float]] = []
        self._runs: list[tuple[str, Mapping[str, Any], str]] = []
        self._events: list[DomainEvent] = []
        self._encounters: list[Encounter] = []

    def permit(self, row: Mapping[Any, Any]) -> None:
        """Let the caller judge the row that is about to change, which is locked; may raise."""
        if self._permit is not None:
            self._permit(dict(row))

    def defer(self, follow_up: FollowUp) -> None:
        """Do something more before this transaction ends."""
        self.count(1)
        self._follow_ups.append(follow_up)

    def others_follow(self, kind: type[object]) -> bool:
        """Return whether something else than follow-ups of this kind is still to be done."""
        return any(type(each) is not kind for each in self._follow_ups)

    def nothing_follows(self, *but: type[object]) -> bool:
        """Return whether nothing is to be done, run or told elsewhere, but follow-ups of a kind."""
        elsewhere = self._runs or self._job_runs or self._encounters
        return not elsewhere and all(isinstance(each, but) for each in self._follow_ups)

    def count(self, number: int) -> None:
        """Count what this transaction has taken on."""
        self._counted += number

    @property
    def stop_reason(self) -> str:
        """Why nothing more may follow in this transaction; empty while there is room."""
        spent = self._counted > MAX_FOLLOW_UPS or time.monotonic() > self._until
        if not (self._following and spent):
            return ""
        return "One request set off too many steps at once; resolve this to go on here."

    def flush(self) -> None:
        """Write the rows known so far, so that the next query sees them."""
        self.changes.flush(self.connection)

    def emit(self, kind: str, data: Callable[[], dict[str, Any]]) -> None:
        """Send an event to the outbox, if there is one, when this transaction is written."""
        if self.environment.outbox:
            self._events.append(DomainEvent(kind, data()))

    def meet(self, encounter: Encounter) -> None:
        """Record an encounter, if somebody does, when this transaction is written."""
        if self.environment.encounters:
            self._encounters.append(encounter)

    @property
    def has_queue(self) -> bool:
        """Return whether something can be left to the background."""
        return self.environment.queue is not None

    def enqueue(self, kind: str, payload: Mapping[str, Any], run: str) -> None:
        """Queue a run of the background; it exists if this transaction commits."""
        self._runs.append((kind, payload, run))

    def enqueue_job(self, job_key: int, attempt: int, delay_s: float = 0.0) -> None:
        """Queue a run of an installed job; it exists if this transaction commits."""
        self._job_runs.append((job_key, attempt, delay_s))

    def take_job_run(self, instance_key: int) -> dict[str, Any] | None:
        """Return the row of a job just opened in the instance, whose run is then not queued."""
        for run in self._job_runs:
            row = self.changes.row(store.job, run[0])
            if row is not None and row["open"] and row["instance_key"] == instance_key:
                self._job_runs.remove(run)
                return row
        return None

    def take_job_runs(self, wanted: Callable[[Mapping[str, Any]], bool]) -> list[dict[str, Any]]:
        """Return the rows of open jobs that are wanted, whose runs are then not queued."""
        found, kept = [], []
        for run in self._job_runs:
            row = self.changes.row(store.job, run[0])
            if row is not None and row["open"] and wanted(row):
                found.append(row)
            elif row is None or row["open"]:
                kept.append(run)
        self._job_runs = kept
        return found

    def _hand_over(self) -> None:
        """Hand runs and events to whoever takes them, inside the transaction."""
        queue, outbox = self.environment.queue, self.environment.outbox
        if queue is not None:
            for job_key, attempt, delay in self._job_runs:
                queue.enqueue_job(self.connection, job_key, attempt, delay)
            for kind, payload, run in self._runs:
                queue.enqueue(self.connection, kind, payload, id=run)
        else:
            self.environment.notices.extend(
                payload for kind, payload, _ in self._runs if kind == NOTICE
            )
        if self.environment.encounters and self._encounters:
            self.environment.encounters(self.connection, self._encounters)
        if outbox is not None and self._events:
            outbox(self.connection, self._events, self.now)
