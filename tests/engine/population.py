"""A population of random processes: people, workers, clocks and partners move them."""

import re
from collections import Counter
from random import Random
from typing import Any

from sqlalchemy import func, select

from engine import reads, store
from engine.errors import Conflict, NotFound
from engine.model import Kind
from engine.reads import Waiting
from tests.engine.house import House
from tests.support.blocks import KINDS, Block, text_of

PROCESSES = 40
LEAVES = (
    "user:{0}",
    "user:{0}",
    "service:{0}(type=work)",
    "catch:{0}(timer=PT1H)",
    "call:{0}(process=inner)",
    "script:{0}(expression==1 + hole.inside; result=r)",  # null, or an incident: both go on
    "rule:{0}(decision=nobody; result=r)",  # an incident that comes back
)
INNER = "start -> user:Inside -> service:Work(type=work) -> end"


def grown(random: Random, depth: int = 3) -> Block:
    """Let a random block grow."""
    if depth == 0 or random.random() < 0.25:
        return Block("task")
    parts = [grown(random, depth - 1) for _ in range(random.randint(1, 3))]
    return Block(random.choice(KINDS), parts, random.randint(0, 3))


class Population:
    """Random processes, the instances of them, and whoever moves these."""

    def __init__(self, house: House, random: Random) -> None:
        self.house, self.random = house, random
        self.moved: Counter[str] = Counter()
        house.deploy(INNER, "inner")
        for number in range(PROCESSES):
            house.deploy(self._drawing(), f"r{number}")

    def start(self, count: int) -> None:
        """Start so many instances, some of each process."""
        for number in range(PROCESSES):
            many = count // PROCESSES + (number < count % PROCESSES)
            items = ((f"b-{number}-{each}", {}) for each in range(many))
            self.house.engine.instances.start_many(f"r{number}", items, unique_business_key=False)

    def move(self, count: int) -> None:
        """Let somebody do something with a random instance, so many times."""
        keys = self.active()
        while count:
            key = self.random.choice(keys)
            with store.reading(self.house.database) as connection:
                waits = reads.waiting(connection, key)
            if not waits:
                keys = self.active()
                continue
            count -= 1
            self._do(self.random.choice(waits))

    def active(self) -> list[int]:
        """The keys of the instances that have not ended, called ones too."""
        column = store.instance.c
        with store.reading(self.house.database) as connection:
            found = connection.execute(select(column.key).where(column.state == "ACTIVE"))
            return list(found.scalars())

    def count(self) -> int:
        with store.reading(self.house.database) as connection:
            found = select(func.count()).select_from(store.instance)
            return int(connection.execute(found).scalar_one())

    def _do(self, wait: Waiting) -> None:
        engine = self.house.engine
        acts: dict[str, Any] = {
            Kind.USER_TASK: lambda: engine.tasks.complete(wait.key, {}),
            Kind.JOB: lambda: self._job(wait.key),
            Kind.TIMER: lambda: engine.timers.fire(wait.key),
            Kind.INCIDENT: lambda: engine.incidents.resolve(wait.key),
            Kind.MESSAGE: lambda: self._tell(wait),
        }
        act = acts.get(wait.kind)
        if act is None:  # a called instance is moved itself
            return
        try:
            act()
        except (Conflict, NotFound) as refused:
            self.moved[type(refused).__name__] += 1
        else:
            self.moved[str(wait.kind.value)] += 1

    def _job(self, key: int) -> None:
        """Be a worker: report a job, now and then that it failed for good."""
        if self.random.random() < 0.2:
            self.house.engine.jobs.fail(key, "jam", 0)
        else:
            self.house.engine.jobs.finish(key)

    def _tell(self, wait: Waiting) -> None:
        index = wait.element_id.rpartition(".")[2]
        self.house.engine.messages.correlate("m", index)

    def _drawing(self) -> str:
        text = text_of(grown(self.random))
        return re.sub(r"^user:(T\d+)$", self._leaf, text, flags=re.MULTILINE)

    def _leaf(self, found: re.Match[str]) -> str:
        return self.random.choice(LEAVES).format(found[1])
