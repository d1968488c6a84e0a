"""Releases a campaign to the customers of the CDNOW sample, with the worker of production.

Prints contacts per second, peak memory, and how long another task takes meanwhile. The clock of
the house starts at noon, so that quiet hours defer as they would on a working day.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from engine import reads, store
from engine.engine import Engine
from engine.groups.instances import Instances
from engine.jobs import JobQueue
from engine.model import Resource, StartRequest
from engine.worker import Worker
from tasks.calendars.working_hours import BusinessCalendars
from tasks.campaigns.records import CampaignMember
from tasks.installed import METADATA, SUBJECTS
from tasks.policy.records import PolicyValue
from tasks.seeding.demo import cdnow_path, load_demo

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 1_800
CONTACTS = 600  # decided by then, the rate is known
RATE = "contacts per second"
OTHER = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="benchmarks">
<bpmn:process id="other" isExecutable="true">
<bpmn:startEvent id="start"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
<bpmn:userTask id="ask"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements>
<bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing></bpmn:userTask>
<bpmn:endEvent id="end"><bpmn:incoming>b</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="a" sourceRef="start" targetRef="ask"/>
<bpmn:sequenceFlow id="b" sourceRef="ask" targetRef="end"/>
</bpmn:process></bpmn:definitions>"""


def run() -> Iterator[tuple[str, float, str]]:
    """Measure each way in a process of its own, so that the memory is that of the release.

    First one by one, as it was before contacts were decided together, then together.
    """
    rates = []
    for how in ("one by one", "together"):
        command = [sys.executable, "-m", "benchmarks.campaign", "--measure", how]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        for label, value, unit in json.loads(done.stdout.splitlines()[-1]):
            if label == RATE:
                rates.append(value)
            yield f"{how}: {label}", value, unit
    yield "together, against one by one (bar: 10)", rates[1] / rates[0], "times"


class House:
    """The demo company with a real worker."""

    def __init__(self, folder: Path) -> None:
        self.begun = time.monotonic()
        self.noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
        self.database = store.connect(f"sqlite:///{folder / 'bench.db'}")
        store.create(self.database)
        METADATA.create_all(self.database)
        with Session(self.database) as session:
            load_demo(session, ROOT / "seeds", cdnow_path(), self.noon.date())
            pause = PolicyValue.key == "release.wave_pause"
            session.execute(update(PolicyValue).where(pause).values(value="PT1S"))
            session.commit()
        quiet = {"smtp_url": "", "mail_from": "a@b", "webhook_url": "", "webhook_secret": ""}
        self.jobs = JobQueue(self.database)
        self.engine = Engine(
            self.database,
            clock=self.clock,
            service_tasks=SUBJECTS.service_tasks,
            jobs=self.jobs,
            calendars=BusinessCalendars(self.database),
            services=SimpleNamespace(
                settings=SimpleNamespace(**quiet),
                addresses=lambda *_: [],
                message_links=lambda _: {},
                link_url=lambda _: "",
            ),
        )
        self.engine.definitions.deploy([*_files("shared"), *_files("targeting")])
        self.engine.definitions.deploy([Resource("other.bpmn", OTHER)])
        self.worker = Worker(self.engine)

    def clock(self) -> datetime:
        """Answer the time, as if today's noon was when we began."""
        return self.noon + timedelta(seconds=time.monotonic() - self.begun)

    def task(self, instance: int, element: str) -> list[int]:
        """Answer what of an element waits."""
        with store.reading(self.database) as connection:
            found = reads.waiting(connection, instance)
        return [wait.key for wait in found if wait.element_id == element]

    def wait_for(self, instance: int, element: str) -> list[int]:
        """Answer it as soon as it does."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if found := self.task(instance, element):
                return found
            time.sleep(0.2)
        raise TimeoutError(element)

    def decided(self) -> tuple[int, int]:
        """Answer how many of the treated arm the gate has decided about, and how many there are."""
        member = CampaignMember
        with Session(self.database) as session:
            rows = session.execute(
                select(member.state, func.count())
                .where(member.arm == "treat")
                .group_by(member.state)
            ).all()
        states = dict(rows)
        waiting = states.get("planned", 0) + states.get("released", 0)
        return sum(states.values()) - waiting, sum(states.values())


def measure() -> list[tuple[str, float, str]]:
    """Run one release and answer the figures."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        house.worker.start()
        try:
            return _release(house)
        finally:
            house.worker.stop()


def _release(house: House) -> list[tuple[str, float, str]]:
    campaign = (
        house.engine.by("bench").instances.start(StartRequest("campaign_planning")).instance_key
    )
    begun = time.monotonic()
    brief = house.wait_for(campaign, "write_brief")
    prepared = time.monotonic() - begun
    house.engine.by("bench").tasks.complete(brief[0], _brief(house.noon))
    approvals = house.wait_for(campaign, "approve_campaign")
    before = _peak_mib()
    for key in approvals:
        house.engine.by("bench").tasks.complete(key, {"decision": "approve"})
    latencies: list[float] = []
    over = threading.Event()
    colleague = threading.Thread(target=_work_meanwhile, args=(house, latencies, over))
    colleague.start()
    seen = [0, 0]
    event.listen(house.database, "before_cursor_execute", lambda *_: _count(seen, 0))
    event.listen(house.database, "commit", lambda _: _count(seen, 1))
    begun = time.monotonic()
    done, everybody = _until_decided(house)
    elapsed = time.monotonic() - begun
    over.set()
    colleague.join()
    return [
        ("customers scored and put into segments, until the brief waits", prepared, "s"),
        ("members of the treated arm", everybody, ""),
        ("decided by the contact gate", done, ""),
        ("from approval to the last decision", elapsed, "s"),
        (RATE, done / elapsed, "1/s"),
        ("statements per contact, with everything beside it", seen[0] / done, ""),
        ("commits per contact, with everything beside it", seen[1] / done, ""),
        ("peak memory before the release", before, "MiB"),
        ("peak memory of the release", _peak_mib(), "MiB"),
        ("another task completed meanwhile, median", statistics.median(latencies) * 1000, "ms"),
        ("another task completed meanwhile, slowest", max(latencies) * 1000, "ms"),
    ]


def _count(seen: list[int], which: int) -> None:
    seen[which] += 1


def _until_decided(house: House) -> tuple[int, int]:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        done, everybody = house.decided()
        if everybody and done >= min(CONTACTS, everybody):
            return done, everybody
        time.sleep(0.5)
    raise TimeoutError(f"{done} of {everybody} decided")


def _work_meanwhile(house: House, latencies: list[float], over: threading.Event) -> None:
    """Start an instance and complete its task, again and again; only the completion is timed."""
    while not over.wait(0.25):
        instance = house.engine.by("colleague").instances.start(StartRequest("other")).instance_key
        key = house.task(instance, "ask")[0]
        begun = time.perf_counter()
        house.engine.by("colleague").tasks.complete(key, {"seen": True})
        latencies.append(time.perf_counter() - begun)


def _brief(noon: datetime) -> dict[str, Any]:
    return {
        "name": "Everybody",
        "objective": "inform",
        "hypothesis": "none; this measures the machine",
        "success_measure": "contacts per second",
        "segment": "everybody",
        "offers": ["cd-10"],
        "channels": ["email"],
        "template": "cd-news",
        "starts": noon.date().isoformat(),
        "ends": (noon + timedelta(days=6)).date().isoformat(),
        "budget": 500,
        "margin_per_response": 12.5,
        "expected_response": 4,
        "control_share": 10,
        "priority": 3,
    }


def _files(folder: str) -> list[Resource]:
    return [
        Resource(file.name, file.read_bytes())
        for file in sorted((ROOT / "processes" / folder).iterdir())
        if file.suffix in {".bpmn", ".dmn", ".form"}
    ]


def _one_by_one(self: Instances, process_id: str, items: Any, _: Any) -> list[int]:
    return self.start_many(process_id, items)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if "--measure" in sys.argv:
        if "one by one" in sys.argv:
            Instances.start_together = _one_by_one  # type: ignore[method-assign]
        print(json.dumps(measure()))
    else:
        for label, value, unit in run():
            print(f"{label:<64} {value:>14,.2f} {unit}")
