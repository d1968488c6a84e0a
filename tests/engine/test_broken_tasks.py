"""A service task may go wrong in any way: it becomes an incident with element and reason.

The worker goes on, nothing else stops, and what is mended is tried again.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import reads, store
from engine.engine import Engine
from engine.jobs import JobQueue
from engine.model import StartRequest
from engine.service_task import Registry, service_task
from engine.worker import Worker
from tests.engine.faults import FAULTS
from tests.engine.test_background import eventually
from tests.support.bpmn import resource

MANY = int(os.environ.get("PEYVAND_FAULTS", "300"))
PATIENCE_S = 60


class Workshop:
    """An engine with one service task that fails until it is mended, and a worker."""

    def __init__(self, database: Database) -> None:
        self.mended = threading.Event()
        self.database = database

        @service_task(name="t.fault", retries=1)
        def fault(number: int, session: Session) -> Any:
            return {} if self.mended.is_set() else FAULTS[number](session)

        @service_task(name="t.well", retries=1)
        def well(number: int) -> dict[str, Any]:
            return {"well": number}

        tasks = [task.__service_task__ for task in (fault, well)]  # type: ignore[attr-defined]
        self.engine = Engine(
            database,
            clock=lambda: datetime.now(UTC),
            service_tasks=Registry(tasks),
            queue=JobQueue(database, executor_id="workshop"),
        )
        self.engine.definitions.deploy(
            [resource("start -> service:Try(type=t.fault; retries=1) -> end", "bad")]
        )
        self.engine.definitions.deploy(
            [resource("start -> service:Do(type=t.well) -> end", "good")]
        )
        self.worker = Worker(self.engine)

    def incidents(self) -> dict[int, Any]:
        """The open incidents by instance."""
        with store.reading(self.database) as connection:
            found = connection.execute(
                select(store.incident).where(store.incident.c.state == "ACTIVE")
            ).all()
        return {row.instance_key: row for row in found}

    def running(self) -> int:
        column = store.instance.c
        with store.reading(self.database) as connection:
            found = select(func.count()).where(column.state == "ACTIVE")
            return int(connection.execute(found).scalar_one())


@pytest.fixture
def workshop(database: Database) -> Iterator[Workshop]:
    made = Workshop(database)
    made.worker.start()
    yield made
    made.worker.stop()


def break_down(workshop: Workshop, count: int) -> None:
    """Break so many tasks among others that are well, then mend them."""
    bad, good = {}, []
    for number in range(count):
        bad[
            workshop.engine.instances.start(
                StartRequest("bad", variables={"number": number % len(FAULTS)})
            ).instance_key
        ] = number % len(FAULTS)
        good.append(
            workshop.engine.instances.start(
                StartRequest("good", variables={"number": number})
            ).instance_key
        )

    # Then each is an incident that says where and why, and nothing else stopped
    with suppress(TimeoutError):  # below it is said which of them it was
        eventually(lambda: workshop.running() == len(workshop.incidents()), PATIENCE_S)
    incidents = workshop.incidents()
    assert {bad[key] for key in set(bad) - set(incidents)} == set(), "no incident"
    assert set(incidents) == set(bad)
    assert {row.element_id for row in incidents.values()} == {"Try"}
    assert [bad[key] for key, row in incidents.items() if not row.message.strip()] == []
    for key in good:
        assert workshop.engine.instances.await_end(key, PATIENCE_S)["well"] >= 0

    # And when it is mended each can be tried again
    workshop.mended.set()
    for row in incidents.values():
        workshop.engine.incidents.resolve(row.key)
    eventually(lambda: workshop.running() == 0, PATIENCE_S)
    with store.reading(workshop.database) as connection:
        states = {reads.instance(connection, key).state for key in bad}
    assert states == {"COMPLETED"}
    sys.stdout.write(f"{count} faults of {len(FAULTS)} kinds: {len(incidents)} incidents\n")


def test_whatever_goes_wrong_is_an_incident_that_can_be_retried(workshop: Workshop) -> None:
    break_down(workshop, len(FAULTS))


@pytest.mark.soak
def test_three_hundred_faults_are_three_hundred_incidents(workshop: Workshop) -> None:
    break_down(workshop, MANY)
