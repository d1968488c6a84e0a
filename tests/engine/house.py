"""An engine to tell stories with: deploy a drawing, let people and workers act, look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import event

from engine import reads, store
from engine.engine import Engine
from engine.errors import BpmnError
from engine.model import Resource, Started, StartRequest
from engine.reads import Instance, Waiting
from engine.schedule.office import offices
from engine.service_task import Registry, service_task
from engine.worker import Worker
from tests.support.bpmn import resource
from tests.support.bpmn_zeebe import properties


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> None:
        self.now += timedelta(**step)


@dataclass
class Statements:
    """The SQL that went to a database."""

    seen: list[str] = field(default_factory=list)
    commits: int = 0

    def __len__(self) -> int:
        return len(self.seen)


class House:
    """One engine, its worker, its clock."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.fail_next: list[Exception] = []
        self.engine = Engine(
            database, clock=clock, service_tasks=self._service_tasks(), calendars=offices
        )
        self.worker = Worker(self.engine)

    def deploy(self, drawing: str, process_id: str = "p", *more: Resource) -> None:
        self.engine.by("alice").definitions.deploy([resource(drawing, process_id), *more])

    def deploy_with(self, own: dict[str, str], drawing: str, process_id: str = "p") -> None:
        """Deploy a drawing whose process has properties."""
        told = properties({f"prop.{name}": value for name, value in own.items()})
        self.engine.by("alice").definitions.deploy([resource(drawing, process_id, told)])

    def steps(self, instance: Started | int) -> list[str]:
        """The commands in the history of an instance, each with what it was about."""
        key = instance if isinstance(instance, int) else instance.instance_key
        with store.reading(self.database) as connection:
            found = reads.history(connection, key)
        told = [
            next((e["subject"] for e in entry.entries if "subject" in e), "") for entry in found
        ]
        return [f"{entry.command} {what}".strip() for entry, what in zip(found, told, strict=True)]

    def start(self, process_id: str = "p", **variables: Any) -> Started:
        return self.engine.by("alice").instances.start(
            StartRequest(process_id, variables=variables)
        )

    def waits(self, instance: Started | int) -> dict[str, Waiting]:
        """What an instance waits for, by element (kind for what has no element)."""
        key = instance if isinstance(instance, int) else instance.instance_key
        with store.reading(self.database) as connection:
            found = reads.waiting(connection, key)
        return {wait.element_id or wait.kind.value: wait for wait in found}

    def task(self, instance: Started | int, element_id: str) -> int:
        return self.waits(instance)[element_id].key

    def do(
        self, instance: Started | int, element_id: str, by: str = "alice", **values: Any
    ) -> None:
        self.engine.by(by).tasks.complete(self.task(instance, element_id), values)

    def look(self, instance: Started | int) -> Instance:
        key = instance if isinstance(instance, int) else instance.instance_key
        with store.reading(self.database) as connection:
            return reads.instance(connection, key)

    def variables(self, instance: Started | int) -> dict[str, Any]:
        key = instance if isinstance(instance, int) else instance.instance_key
        with store.reading(self.database) as connection:
            return {v.name: v.value for v in reads.variables(connection, key) if v.scope_key == key}

    def state(self, instance: Started | int) -> str:
        return self.look(instance).state

    def run(self) -> int:
        return self.worker.run_until_idle()

    def task_row(self, key: int) -> Any:
        with store.reading(self.database) as connection:
            task = store.user_task
            return connection.execute(task.select().where(task.c.key == key)).one()

    def job_row(self, key: int) -> Any:
        with store.reading(self.database) as connection:
            return connection.execute(store.job.select().where(store.job.c.key == key)).one()

    @contextmanager
    def counting(self) -> Iterator[Statements]:
        """Count the statements (a batch once) and commits of a block."""
        counted = Statements()

        def on_statement(*arguments: Any) -> None:
            if not arguments[2].startswith("BEGIN"):
                counted.seen.append(arguments[2])

        def on_commit(_: Any) -> None:
            counted.commits += 1

        event.listen(self.database, "before_cursor_execute", on_statement)
        event.listen(self.database, "commit", on_commit)
        try:
            yield counted
        finally:
            event.remove(self.database, "before_cursor_execute", on_statement)
            event.remove(self.database, "commit", on_commit)

    def _service_tasks(self) -> Registry:
        @service_task(name="shop.greet", retries=3)
        def greet(customer: str, job_key: str) -> dict[str, Any]:
            self.calls.append((job_key, {"customer": customer}))
            if self.fail_next:
                raise self.fail_next.pop(0)
            return {"greeting": f"Hello {customer}"}

        @service_task(name="shop.check_stock")
        def check_stock(amount: int) -> dict[str, Any]:
            if amount > 10:
                raise BpmnError("sold_out", "only ten left", {"left": 10})
            return {"in_stock": True}

        return Registry([greet.__service_task__, check_stock.__service_task__])
