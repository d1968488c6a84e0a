"""The verbs of the engine: each is one transaction, refuses with `engine.errors`, commits once."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from engine import feel, store
from engine.background import Background
from engine.commands import conditions, decisions, instances, jobs, start, tasks, timers
from engine.commands import deploy as deploying
from engine.commands.deploy import Deployed, Deployment
from engine.commands.start import Started
from engine.errors import Conflict, NotFound, TooLate, Unavailable
from engine.jobs import Jobs
from engine.limits import Limits, Retention
from engine.maintenance import Maintenance
from engine.model import Resource
from engine.operations import Operations
from engine.reactions import messages, quarantine, signals
from engine.service_task import Registry
from engine.transaction import idempotency, run
from engine.transaction.catalogue import Catalogue
from engine.transaction.events_out import News, Outlet
from engine.transaction.instances import Damaged
from engine.transaction.unit_of_work import Move

__all__ = ["Deployed", "Deployment", "Engine", "News", "Outlet", "Started"]

T = TypeVar("T")
Clock = Callable[[], datetime]
Variables = Mapping[str, Any]
CHUNK = 50  # instances started in one transaction
POLL_S = 0.05

log = logging.getLogger(__name__)


class Engine(Operations, Background, Maintenance):
    """Runs processes in a database. Safe to share between threads."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        service_tasks: Registry | None = None,
        jobs: Jobs | None = None,
        limits: Limits | None = None,
        services: Any = None,
        outlet: Outlet | None = None,
        retention: Retention | None = None,
        zone: str = "UTC",
    ) -> None:
        """Without `jobs`, installed service tasks run only in `Worker.run_until_idle`.

        `outlet` gets the news of every transaction inside it. `zone` is where processes live that
        have no property `timeZone`.
        """
        self.database = database
        self.clock = clock
        self.service_tasks = service_tasks or Registry()
        self.jobs = jobs
        self.limits = limits or Limits()
        self.zone = zone
        self.retention = retention or Retention()
        self.services = services
        self.outlet = outlet
        self.catalogue = Catalogue()
        self._keys = store.Keys(database)
        self._audiences: set[str] = set()

    # -- definitions -------------------------------------------------------------------------

    def deploy(self, resources: Sequence[Resource], by: str = "") -> Deployment:
        """Deploy files together; raises Invalid with every problem found."""
        return self._do(by, lambda move: deploying.deploy(move, resources))

    # -- instances ---------------------------------------------------------------------------

    def start(
        self,
        process_id: str | None = None,
        *,
        definition_key: int | None = None,
        version: int | None = None,
        version_tag: str | None = None,
        variables: Variables | None = None,
        business_key: str | None = None,
        tags: Sequence[str] = (),
        by: str = "",
        unique_business_key: bool = False,
        start_instructions: Sequence[Any] = (),
        stop_after: Sequence[str] = (),
    ) -> Started:
        """Start an instance; it has run as far as it can when this answers."""

        def verb(move: Move) -> Started:
            key = start.find(move, process_id, definition_key, version, version_tag)
            return start.start(
                move,
                key,
                variables=variables,
                business_key=business_key,
                tags=tags,
                unique_business_key=unique_business_key,
                start_instructions=start_instructions,
                stop_after=stop_after,
            )

        return self._do(by, verb)

    def start_many(
        self,
        process_id: str,
        items: Iterable[tuple[str, Variables]],
        by: str = "",
        *,
        unique_business_key: bool = True,
    ) -> list[int]:
        """Start an instance per (business key, variables), in transactions of bounded size.

        With unique business keys it may be repeated: those that run already are answered as
        they are.
        """
        keys: list[int] = []
        chunk: list[tuple[str, Variables]] = []
        for item in items:
            chunk.append(item)
            if len(chunk) == CHUNK:
                keys += self._start_chunk(process_id, chunk, by, unique=unique_business_key)
                chunk = []
        return keys + self._start_chunk(process_id, chunk, by, unique=unique_business_key)

    def await_end(self, instance_key: int, timeout_s: float) -> dict[str, Any]:
        """Wait until an instance has ended; gives its variables, raises TooLate."""
        until = time.monotonic() + timeout_s
        while True:
            with store.reading(self.database) as connection:
                ended = instances.ended(connection, instance_key)
            if ended is not None:
                return ended
            if time.monotonic() >= until:
                raise TooLate
            time.sleep(POLL_S)

    def set_variables(
        self, scope_key: int, variables: Variables, *, local: bool = False, by: str = ""
    ) -> None:
        """Write variables as seen from an instance or an element instance."""
        self._do(by, lambda move: instances.set_variables(move, scope_key, variables, local=local))

    # -- user tasks --------------------------------------------------------------------------

    def claim(self, task_key: int, user: str) -> None:
        """Take a task that nobody has."""
        self._do(
            user,
            lambda move: tasks.assign(
                move, task_key, user, allow_override=False, command="claim task"
            ),
        )

    def assign(
        self, task_key: int, assignee: str, *, allow_override: bool = True, by: str = ""
    ) -> None:
        """Give a task to somebody."""
        self._do(
            by,
            lambda move: tasks.assign(
                move, task_key, assignee, allow_override=allow_override, command="assign task"
            ),
        )

    def unassign(self, task_key: int, by: str = "") -> None:
        """Give a task back to its candidates."""
        self._do(
            by,
            lambda move: tasks.assign(
                move, task_key, None, allow_override=True, command="unassign task"
            ),
        )

    def delegate(self, task_key: int, to: str, by: str = "") -> None:
        """Let somebody else do a task for the one who has it; it comes back by `hand_back`."""
        self._do(by, lambda move: tasks.delegate(move, task_key, to))

    def hand_back(self, task_key: int, by: str = "") -> None:
        """Give a delegated task back to the one who has to answer for it."""
        self._do(by, lambda move: tasks.hand_back(move, task_key))

    def cancel_task(self, task_key: int, by: str = "") -> None:
        """Take a task away with its token; nothing follows from it."""
        self._do(by, lambda move: tasks.cancel(move, task_key))

    def update_task(self, task_key: int, changes: Variables, by: str = "") -> None:
        """Change due_at, follow_up_at, candidate_groups, candidate_users or priority."""
        self._do(by, lambda move: tasks.update(move, task_key, changes))

    def complete(
        self, task_key: int, variables: Variables, by: str = "", *, action: str = "complete"
    ) -> None:
        """Finish a task; only the fields its form declares are taken."""
        self._do(by, lambda move: tasks.complete(move, task_key, variables, action))

    # -- jobs --------------------------------------------------------------------------------

    def activate_jobs(
        self,
        job_type: str,
        worker: str,
        max_jobs: int,
        timeout_ms: int,
        fetch_variables: Sequence[str] | None = None,
    ) -> list[dict[str, Any]]:
        """Lease jobs of a type to a worker."""
        return self._do(
            worker,
            lambda move: jobs.activate(
                move, job_type, worker, max_jobs, timeout_ms, fetch_variables
            ),
        )

    def finish(
        self, job_key: int, variables: Variables | None = None, result: Any = None, by: str = ""
    ) -> None:
        """Report a job as done."""
        self._do(by, lambda move: jobs.finish(move, job_key, variables or {}, result))

    def fail(
        self,
        job_key: int,
        message: str = "",
        retries: int = 0,
        backoff_ms: int = 0,
        variables: Variables | None = None,
        by: str = "",
    ) -> None:
        """Report a job as failed, with the retries that are left."""
        self._do(by, lambda move: jobs.fail(move, job_key, message, retries, backoff_ms, variables))

    def throw(
        self,
        job_key: int,
        code: str,
        message: str = "",
        variables: Variables | None = None,
        by: str = "",
    ) -> None:
        """Let a business error leave a job."""
        self._do(by, lambda move: jobs.throw(move, job_key, code, message, variables))

    def update_job(
        self,
        job_key: int,
        retries: int | None = None,
        timeout_ms: int | None = None,
        priority: int | None = None,
        by: str = "",
    ) -> None:
        """Change retries, lease or priority of a job."""
        self._do(by, lambda move: jobs.change(move, job_key, retries, timeout_ms, priority))

    # -- timers, messages, signals, conditions ------------------------------------------------

    def fire(self, timer_key: int) -> None:
        """Let a timer go off."""
        self._do("", lambda move: timers.fire(move, timer_key))

    def fire_due(self, limit: int = 100) -> int:
        """Let the timers go off whose time has come; answers how many did."""
        with store.reading(self.database) as connection:
            due = timers.due(connection, self.clock(), limit)
        fired = 0
        for key in due:
            try:
                self.fire(key)
                fired += 1
            except (NotFound, Conflict):
                continue  # another worker was faster, or the instance sleeps
            except Unavailable:
                raise
            except Exception as error:
                # A fault of ours in one instance must not keep the timers of the others.
                log.exception("timer %s cannot fire; it is put off", key)
                reason = type(error).__name__
                self._do("", partial(timers.put_off, key=key, reason=reason))
        return fired

    def publish(
        self,
        name: str,
        correlation_key: str = "",
        variables: Variables | None = None,
        ttl_ms: int = 0,
        message_id: str | None = None,
        by: str = "",
    ) -> int:
        """Publish a message; who waits gets it, and later ones while it lives."""
        return self._do(
            by,
            lambda move: messages.publish(
                move, name, correlation_key, variables, ttl_ms, message_id
            ),
        )

    def correlate(
        self, name: str, correlation_key: str = "", variables: Variables | None = None, by: str = ""
    ) -> tuple[int, int]:
        """Deliver a message now: its key and the instance that took it; NotFound if none."""
        return self._do(by, lambda move: messages.correlate(move, name, correlation_key, variables))

    def broadcast(self, signal: str, variables: Variables | None = None, by: str = "") -> int:
        """Send a signal to everybody who listens."""
        return self._do(by, lambda move: signals.broadcast(move, signal, variables))

    def evaluate_conditions(
        self, variables: Variables, definition_key: int | None = None, by: str = ""
    ) -> tuple[int, list[tuple[int, int]]]:
        """Start what these variables start; a key, and (instance, definition) of each."""
        return self._do(by, lambda move: conditions.evaluate(move, variables, definition_key))

    # -- decisions ---------------------------------------------------------------------------

    def evaluate_decision(
        self,
        decision_id: str | None = None,
        decision_key: int | None = None,
        variables: Variables | None = None,
        by: str = "",
    ) -> dict[str, Any]:
        """Evaluate a deployed decision; the answer has the names of EvaluateDecisionResult."""
        return self._do(
            by, lambda move: decisions.evaluate(move, decision_id, decision_key, variables)
        )

    def evaluate_expression(
        self, source: str, variables: Variables | None = None, scope_key: int | None = None
    ) -> feel.Result:
        """Evaluate FEEL over variables, as seen from a scope if one is given."""
        return self._do("", lambda move: decisions.expression(move, source, variables, scope_key))

    # -- inside ------------------------------------------------------------------------------

    def _start_chunk(
        self, process_id: str, chunk: Sequence[tuple[str, Variables]], by: str, *, unique: bool
    ) -> list[int]:
        if not chunk:
            return []
        return self._do(by, lambda move: start.start_many(move, process_id, chunk, unique=unique))

    def _do(self, actor: str, verb: Callable[[Move], T]) -> T:
        self._keys.prepare()
        if self.jobs is not None:
            self.jobs.open()
        begin = partial(self._move, actor=actor)
        try:
            return run.run(self.database, begin, idempotency.guarded(verb))
        except Damaged as damaged:
            key = damaged.instance_key
            run.run(self.database, begin, lambda move: quarantine.isolate(move, key))
            raise

    def _move(self, connection: Connection, actor: str) -> Move:
        return Move(
            connection,
            now=self.clock(),
            actor=actor,
            keys=self._keys.inside(connection),
            catalogue=self.catalogue,
            service_tasks=self.service_tasks,
            limits=self.limits,
            zone=self.zone,
            queue=self.jobs,
            audiences=self._audiences,
            outlet=self.outlet,
        )
