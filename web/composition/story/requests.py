"""Customers who ask, week by week, and the people who answer them: work that nobody narrates.

They start and complete through the engine, because a year of requests over HTTP would take minutes;
the rows are the same. How long somebody takes follows from the number of the request alone, so a
story comes out alike each time, whichever side of a pilot a customer is drawn for.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select

from engine import store
from engine.engine import Engine
from engine.model import StartRequest
from web.composition.story.player import Player

PROCESS = "first_answer"
OPENS = 8  # o'clock; requests come within four hours after
MONDAY_MORNING = timedelta(hours=10)  # the week before is measured, and people look at it
A_MINUTE = timedelta(minutes=1)
PATIENCE = (2, 6)  # hours after which a drawing of the story calls the supervisors
ANSWERS = {  # hours somebody takes, by the group whose task it is
    "care_agent": (0.3, 3.4),
    "operations": (4.2, 9.0),  # beside their other work
    "care_supervisor": (0.2, 2.6),
}
WHO = {"care_agent": "charlie", "operations": "omid", "care_supervisor": "farid"}


@dataclass(frozen=True, slots=True)
class Weeks:
    """Weeks pass in which customers ask, Tuesday to Friday, `each` a week; then it is Monday."""

    count: int
    deliveries: float  # share of the requests that are about a delivery
    each: int = 5
    nights: bool = True  # False: while nothing of the house is installed that works by night

    def play(self, player: Player) -> None:
        """Let them pass."""
        for _ in range(self.count):
            _Week(player, self).play()


class _Week:
    """One week: a queue of what happens next."""

    def __init__(self, player: Player, plan: Weeks) -> None:
        self._player, self._plan, self._clock = player, plan, player.clock
        self._engine = player.house.engine
        self._customers = list(player.customers.values())
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._number = 0
        self._taken: set[int] = set()  # tasks somebody works on
        today = player.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        self._monday = today + timedelta(days=-today.weekday() % 7)

    def play(self) -> None:
        for number in range(self._plan.each):
            share = _chance(f"arrival {self._player.requests} {number}")
            day, hours = 1 + number * 4 // self._plan.each, OPENS + 4 * share
            self._at(self._monday + timedelta(days=day, hours=hours), self._ask)
        while self._queue:
            at, _, act = heapq.heappop(self._queue)
            self._clock.time = max(self._clock.time, at)
            act()
        self._clock.time = self._monday + timedelta(days=7) + MONDAY_MORNING
        if self._plan.nights:
            self._player.run()

    def _at(self, moment: datetime, act: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._queue, (moment, self._number, act))

    def _ask(self) -> None:
        number = self._player.requests
        self._player.requests += 1
        about = "delivery" if _chance(f"{number}") < self._plan.deliveries else "product"
        who = self._customers[number % len(self._customers)]
        values = {"customer_id": who, "topic": about, "subject": f"Request {number + 1}"}
        request = StartRequest(PROCESS, variables=values)
        key = self._engine.by("ivan").instances.start(request).instance_key
        self._take(key, number)
        for hours in PATIENCE:
            when = self._clock() + timedelta(hours=hours) + A_MINUTE
            self._at(when, lambda: self._late(key, number))

    def _late(self, instance: int, number: int) -> None:
        if _task(self._engine, instance) is not None:
            self._engine.timers.fire_due()
            self._take(instance, number)

    def _take(self, instance: int, number: int) -> None:
        """Let whoever has the task now answer it when it is time."""
        task = _task(self._engine, instance)
        if task is None or task.key in self._taken:
            return
        self._taken.add(task.key)
        low, high = ANSWERS[task.group]
        hours = low + (high - low) * _chance(f"{task.group} {number}")
        when = max(task.created_at + timedelta(hours=hours), self._clock())
        self._at(when, lambda: self._answer(instance, task))

    def _answer(self, instance: int, task: "_Task") -> None:
        still = _task(self._engine, instance)
        if still is not None and still.key == task.key:
            answered = {"answer": "Here is what you asked for."}
            self._engine.by(WHO[task.group]).tasks.complete(task.key, answered)


@dataclass(frozen=True, slots=True)
class _Task:
    key: int
    group: str
    created_at: datetime


def _task(engine: Engine, instance: int) -> _Task | None:
    task = store.user_task.c
    query = select(task.key, task.candidate_groups, task.created_at).where(
        task.instance_key == instance, task.ended_at.is_(None)
    )
    with store.reading(engine.database) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _Task(row.key, row.candidate_groups[0], row.created_at)


def _chance(of: str) -> float:
    """Return a number from 0 to 1 that follows from a text and looks like chance."""
    return int.from_bytes(sha256(of.encode()).digest()[:6]) / 2**48
