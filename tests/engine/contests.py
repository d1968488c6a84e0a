"""Contests of two to twenty users: what they fight for, who may win, and what has to be left.

Each function arranges one contest in a house and gives a `Contest`; `hold` lets everybody act at
the same moment and answers what went wrong.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from engine import reads, store
from engine.errors import EngineError
from engine.model import Started, StartRequest
from tests.engine.house import House
from tests.support.bpmn import resource

MOST = 20
PROCESSES = {
    "order": "start -> user:A(groups=all) -> user:B -> end",
    "late": "start -> user:A -> user:B -> end\nboundary:Late(on=A; timer=PT1H) -> user:C -> end:E",
    "paid": "start -> catch:Paid(message=paid; key==order) -> user:B -> end",
    "work": "start -> service:W(type=work) -> user:B -> end",
    "many": "start -> user:A(each==range; item=n; element==n; collect=done) -> user:B -> end",
}


@dataclass
class Contest:
    """What users do at once, how many of them may have done it, and what must be left."""

    acts: Sequence[Callable[[], Any]]
    winners: int
    refusals: frozenset[str]  # how the others may be answered
    look: Callable[[list[int]], Iterator[str]]  # of the winners' numbers; gives what is wrong


@dataclass
class Results:
    """How all contests went."""

    held: int = 0
    users: int = 0
    wrong: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)


class Arena:
    """A house where contests are held, with threads that wait for the start."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.results = Results()
        self.pool = ThreadPoolExecutor(MOST)
        for process_id, drawing in PROCESSES.items():
            house.deploy(drawing, process_id)

    def hold(self, name: str, users: int) -> None:
        """Hold one contest and write down how it went."""
        contest = CONTESTS[name](self.house, users)
        barrier = threading.Barrier(len(contest.acts))

        def act(action: Callable[[], Any]) -> str:
            barrier.wait()
            try:
                action()
            except EngineError as refusal:
                return type(refusal).__name__
            return "done"

        ended = list(self.pool.map(act, contest.acts))
        winners = [number for number, answer in enumerate(ended) if answer == "done"]
        results = self.results
        results.held += 1
        results.users += len(ended)
        results.answers.update(f"{name}: {answer}" for answer in ended)
        wrong = [] if len(winners) == contest.winners else [f"{len(winners)} winners"]
        wrong += [a for a in ended if a != "done" and a not in contest.refusals]
        results.wrong += [f"{name}: {each}" for each in [*wrong, *contest.look(winners)]]


def complete(house: House, users: int) -> Contest:
    """Everybody completes the same task, with a value of their own."""
    started = house.start("order")
    task = house.task(started, "A")

    def look(winners: list[int]) -> Iterator[str]:
        yield from _only(house, started, "B", steps=2)
        if house.variables(started) != {"winner": winners[0]}:
            yield "what was kept is not the winner's"

    return Contest(
        [lambda n=n: house.engine.tasks.complete(task, {"winner": n}) for n in range(users)],
        1,
        frozenset({"Over"}),
        look,
    )


def claim(house: House, users: int) -> Contest:
    """Everybody claims the same task."""
    task = house.task(house.start("order"), "A")

    def look(winners: list[int]) -> Iterator[str]:
        with store.reading(house.database) as connection:
            if reads.task(connection, task).assignee != f"user{winners[0]}":
                yield "somebody has it who was told that he has not"

    return Contest(
        [lambda n=n: house.engine.by(f"user{n}").tasks.claim(task) for n in range(users)],
        1,
        frozenset({"Conflict"}),
        look,
    )


def complete_in_time(house: House, users: int) -> Contest:
    """Users complete a task while its timer takes it away."""
    started = house.start("late")
    waits = house.waits(started)
    task, timer = waits["A"].key, waits["Late"].key
    completions = [lambda: house.engine.tasks.complete(task, {})] * (users - 1)

    def look(winners: list[int]) -> Iterator[str]:
        yield from _only(house, started, "B" if winners[0] else "C", steps=2)

    return Contest(
        [lambda: house.engine.timers.fire(timer), *completions],
        1,
        frozenset({"Over", "NotFound"}),
        look,
    )


def correlate(house: House, users: int) -> Contest:
    """Several partners send what one instance waits for."""
    order = uuid4().hex
    started = house.start("paid", order=order)

    def look(winners: list[int]) -> Iterator[str]:
        yield from _only(house, started, "B", steps=2)
        if house.variables(started).get("by") != winners[0]:
            yield "what was kept is not the winner's"

    return Contest(
        [
            lambda n=n: house.engine.messages.correlate("paid", order, {"by": n})
            for n in range(users)
        ],
        1,
        frozenset({"NotFound"}),
        look,
    )


def lease(house: House, users: int) -> Contest:
    """Workers ask for the only job, and whoever has it reports."""
    started = house.start("work")
    job = house.waits(started)["W"].key
    handed: list[int] = []

    def work(number: int) -> None:
        for found in house.engine.by(f"w{number}").jobs.activate("work", 5, 60_000):
            handed.append(found["key"])
            house.engine.jobs.finish(found["key"], {"by": number})

    def look(_: list[int]) -> Iterator[str]:
        if handed != [job]:
            yield f"handed out {handed}"
        yield from _only(house, started, "B", steps=2)

    return Contest([lambda n=n: work(n) for n in range(users)], users, frozenset(), look)


def report(house: House, users: int) -> Contest:
    """One job is reported several times: done by some, failed by others."""
    started = house.start("work")
    job = house.waits(started)["W"].key
    acts = [lambda n=n: house.engine.jobs.finish(job, {"by": n}) for n in range(users)]

    def look(winners: list[int]) -> Iterator[str]:
        yield from _only(house, started, "B", steps=2)
        if house.variables(started) != {"by": winners[0]}:
            yield "what was kept is not the winner's"

    return Contest(acts, 1, frozenset({"NotFound", "Conflict"}), look)


def siblings(house: House, users: int) -> Contest:
    """All children of a parallel multi-instance are completed at once; they join once."""
    started = house.start("many", range=list(range(users)))
    with store.reading(house.database) as connection:
        tasks = [wait.key for wait in reads.waiting(connection, started.instance_key)]

    def look(_: list[int]) -> Iterator[str]:
        yield from _only(house, started, "B", steps=1 + users)
        if house.variables(started)["done"] != list(range(users)):
            yield "a result was lost"

    return Contest(
        [lambda t=t: house.engine.tasks.complete(t, {}) for t in tasks], users, frozenset(), look
    )


def edit(house: House, users: int) -> Contest:
    """Editors of one instance each write a field of their own: none is lost."""
    started = house.start("order")
    key = started.instance_key

    def look(_: list[int]) -> Iterator[str]:
        if house.variables(started) != {f"f{n}": n for n in range(users)}:
            yield "a field was lost"

    return Contest(
        [lambda n=n: house.engine.instances.set_variables(key, {f"f{n}": n}) for n in range(users)],
        users,
        frozenset(),
        look,
    )


def plan(house: House, users: int) -> Contest:
    """Two change different fields of one task while others take it: nothing is lost."""
    task = house.task(house.start("order"), "A")
    due = house.clock() + timedelta(days=1)
    changes: list[Callable[[], Any]] = [
        lambda: house.engine.tasks.update(task, {"due_at": due.isoformat()}),
        lambda: house.engine.tasks.update(task, {"priority": 80}),
    ]
    claims = [lambda n=n: house.engine.tasks.assign(task, f"u{n}") for n in range(users - 2)]

    def look(_: list[int]) -> Iterator[str]:
        with store.reading(house.database) as connection:
            found = reads.task(connection, task)
        if (found.due_at, found.priority) != (due, 80):
            yield "a field was lost"
        if claims and not found.assignee:
            yield "an assignee was lost"

    return Contest([*changes, *claims], users, frozenset(), look)


def draw(house: House, users: int) -> Contest:
    """Editors deploy one diagram, each with a change of their own: each is a version."""
    name = f"drawn-{uuid4().hex}"
    drawings = [resource(f"start -> user:A{n} -> end", name) for n in range(users)]

    def look(_: list[int]) -> Iterator[str]:
        with store.reading(house.database) as connection:
            versions = [found.version for found in reads.versions(connection, name)]
        if versions != list(range(users, 0, -1)):
            yield f"versions {versions}"

    return Contest(
        [lambda d=d: house.engine.definitions.deploy([d]) for d in drawings],
        users,
        frozenset(),
        look,
    )


def begin(house: House, users: int) -> Contest:
    """Everybody starts the one instance of a business key."""
    name = uuid4().hex

    def look(_: list[int]) -> Iterator[str]:
        where = store.instance.c.business_key == name
        with store.reading(house.database) as connection:
            count = select(func.count()).select_from(store.instance).where(where)
            if connection.execute(count).scalar_one() != 1:
                yield "not one instance"

    def start() -> Started:
        return house.engine.instances.start(
            StartRequest("order", business_key=name, unique_business_key=True)
        )

    return Contest([start] * users, 1, frozenset({"AlreadyExists"}), look)


def _only(house: House, started: Started, element_id: str, steps: int) -> Iterator[str]:
    """Say if the instance does not wait for this alone, after so many steps."""
    if list(house.waits(started)) != [element_id]:
        yield f"waiting for {list(house.waits(started))}"
    with store.reading(house.database) as connection:
        history = reads.history(connection, started.instance_key)
    if len(history) != steps:
        yield f"{len(history)} steps instead of {steps}"


CONTESTS: dict[str, Callable[[House, int], Contest]] = {
    "complete": complete,
    "claim": claim,
    "complete in time": complete_in_time,
    "correlate": correlate,
    "lease": lease,
    "report": report,
    "siblings": siblings,
    "edit": edit,
    "plan": plan,
    "draw": draw,
    "begin": begin,
}
