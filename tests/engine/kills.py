"""Clients that die at any call to the database, and an audit of what is left.

    python -m tests.engine.kills URL [--first N] [--kills N] [--repeats N] [--mutant NAME]

In every round clients work on a few orders at once: the first of each starts an instance, two
others move it at the same moment. Each has to kill itself at one of its calls (a statement, the
commit, or just after it). What it was told is done it writes down; what it was not told is asked
again, with the same idempotency key, by a client that may die as well, until one lives to tell.
The mutants are engines with one promise broken: a harness that does not catch them would catch
nothing.
"""

import argparse
import gc
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, event, func, select

from engine import reads, store
from engine.engine import Engine
from engine.errors import Conflict, NotFound
from engine.model import StartRequest
from engine.transaction import idempotency
from engine.transaction.idempotency import OtherRequest
from tests.engine import mutants
from tests.support.bpmn import resource

DRAWING = """
start -> and:Split -> user:A -> and:Join -> end
Split -> catch:Paid(message=paid; key== order) -> Join
"""
# Calls of a request, about; a later one is not reached, so that client lives.
CALLS = {"sqlite": 24, "postgresql": 12}
DEATHS = 24
LANES = 3  # orders at once
ASKED = ("start", "complete", "publish")
HOUR_MS = 3_600_000
Request = tuple[str, str]  # what, and of which order
Errand = tuple[Request, ...]  # what one client is to ask, in turn
Ask = Callable[[str, str], None]


class Shop:
    """One engine, its log of what was acknowledged, and the clients it forks."""

    def __init__(self, url: str, log: Path, mutant: str | None = None, repeats: int = 3) -> None:
        self.log = log
        self.repeats = repeats  # of each request, after it was acknowledged
        self.mutant = mutant
        self.asking: Request = ("", "")
        self.told: set[Request] = set()
        self.answers: dict[Request, Counter[str]] = {}
        self.killed = 0
        self.calls = CALLS[url.partition(":")[0]]
        self.engine = Engine(store.connect(url), clock=lambda: datetime.now(UTC))
        store.create(self.engine.database)
        self.engine.definitions.deploy([resource(DRAWING, "order")])
        for what in ("start", "complete", "publish", "publish"):  # compiles every statement
            self.ask(what, "warm")
        self.log.unlink()
        self.engine.database.dispose()
        gc.freeze()  # what is there already need not be copied into each client

    def round(self, numbers: Sequence[int], random: Random) -> None:
        """Let clients die on these orders, and others ask again for what was not acknowledged."""
        starts = {(("start", f"o-{number}"),): number % self.calls + 1 for number in numbers}
        self._until_told(starts, random)
        # In every other round nobody dies at first, so that those who move an order meet.
        deadly = numbers[0] % 2
        moves: dict[Errand, int] = {
            ((what, f"o-{number}"),): deadly * random.randint(1, self.calls)
            for number in numbers
            for what in ("complete", "publish")
        }
        self._until_told(moves, random)
        again = tuple((what, f"o-{number}") for number in numbers for what in ASKED)
        self._wait({self._fork(again, 0, self.repeat): again})
        self._listen()

    def _until_told(self, deaths: dict[Errand, int], random: Random) -> None:
        """Send each errand to die at its call, and again as long as it does."""
        while deaths:
            children = {self._fork(errand, death): errand for errand, death in deaths.items()}
            died = self._wait(children)
            self._listen()
            refused = [e for e in deaths if e not in died and not self.told.issuperset(e)]
            deaths = {errand: random.randint(1, self.calls) for errand in died}
            if refused:  # who was told "conflict" asks again, and alone
                self._wait({self._fork(errand, 0): errand for errand in refused})
                self._listen()

    def _fork(self, errand: Errand, death: int, how: Ask | None = None) -> int:
        child = os.fork()
        if child == 0:
            try:
                self._live(errand, death, how or self.ask)
                os._exit(0)
            except BaseException as wrong:  # noqa: BLE001 - a child must not go on as its parent
                self.note("wrong", "_".join(f"{type(wrong).__name__}: {wrong}".split())[:200])
                os._exit(1)
        return child

    def _wait(self, children: dict[int, Errand]) -> list[Errand]:
        """Give the errands whose clients were killed."""
        died = [e for child, e in children.items() if os.WIFSIGNALED(os.waitpid(child, 0)[1])]
        self.killed += len(died)
        return died

    def _live(self, errand: Errand, death: int, how: Ask) -> None:
        """Be a client: connections and keys are its own, what is compiled its parent's."""
        self.engine.database.dispose(close=False)
        self.engine.keys = store.Keys(self.engine.database)
        if death:
            die_at(self.engine, death)
        mutants.become(self.mutant, self)
        for what, order in errand:
            how(what, order)

    def ask(self, what: str, order: str) -> None:
        """Send one request with its idempotency key, and write down that it was acknowledged."""
        self.asking = (what, order)
        try:
            answer = self._send(what, order, what)
        except Conflict:
            return  # another request is refused; that is an answer, but no acknowledgement
        self.note(what, order, str(answer))

    def repeat(self, what: str, order: str) -> None:
        """Ask again for what was acknowledged, and for something else under the same key."""
        for _ in range(self.repeats):
            self.ask(what, order)
        try:
            self._send(what, order, "something else")
        except OtherRequest:
            return
        self.note("wrong", f"{what}-{order}-under-another-body")

    def _send(self, what: str, order: str, body: str) -> Any:
        with idempotency.request(idempotency.IdempotentRequest(f"{what}-{order}", "client", body)):
            return getattr(self, f"_{what}")(order)

    def _start(self, order: str) -> Any:
        return self.engine.instances.start(
            StartRequest("order", variables={"order": order}, business_key=order)
        ).instance_key

    def _publish(self, order: str) -> Any:
        return self.engine.messages.publish("paid", order, ttl_ms=HOUR_MS)

    def _complete(self, order: str) -> None:
        task = store.user_task
        with store.reading(self.engine.database) as connection:
            found = connection.execute(
                select(task.c.key)
                .join(store.instance, store.instance.c.key == task.c.instance_key)
                .where(store.instance.c.business_key == order)
            ).scalar()
        if found is None:
            raise NotFound(f"no task of {order}")
        self.engine.by("client").tasks.complete(found, {})

    def note(self, what: str, order: str, answer: str = "") -> None:
        """Write a line in one go: several clients write the same file."""
        with self.log.open("a") as log:
            log.write(f"{what} {order} {answer}\n")

    def _listen(self) -> None:
        """Take in what clients were told is done, and what exactly."""
        if not self.log.exists():
            return
        for line in self.log.read_text().splitlines():
            what, order, answer = line.split(" ", 2)
            self.told.add((what, order))
            self.answers.setdefault((what, order), Counter())[answer] += 1
        self.log.unlink()


def die_at(engine: Engine, number: int) -> None:
    """Kill this process at its call `number`: a statement, a commit, or the moment after one."""
    calls = [0]

    def call(*_: Any) -> None:
        calls[0] += 1
        if calls[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine.database, "before_cursor_execute", call)
    event.listen(engine.database, "commit", call)
    event.listen(engine.database, "checkin", call)


def audit(shop: Shop) -> dict[str, list[str]]:
    """Compare what was acknowledged with what is stored; empty lists are what is promised."""
    told = shop.told
    with store.reading(shop.engine.database) as connection:
        orders = _orders(connection)
        torn = [order for order, keys in orders.items() for key in keys if is_torn(connection, key)]
        published = Counter(connection.execute(select(store.message.c.correlation_key)).scalars())
    started = {order for what, order in told if what == "start"}
    lost = sorted(started - set(orders))
    lost += sorted(order for what, order in told if what == "publish" and not published[order])
    whole = {order for order in started if {("complete", order), ("publish", order)} <= told}
    return {
        "lost": lost + sorted(whole - _ended(shop)),
        "doubled": sorted(order for order, keys in orders.items() if len(keys) > 1)
        + sorted(order for order, count in published.items() if count > 1),
        "torn": torn,
        "another answer": [f"{w} {o}" for (w, o), given in shop.answers.items() if len(given) > 1],
        "wrong": sorted(order for what, order in told if what == "wrong"),
    }


def _orders(connection: Connection) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    column = store.instance.c
    for order, key in connection.execute(select(column.business_key, column.key)):
        found.setdefault(order, []).append(key)
    return found


def _ended(shop: Shop) -> set[str]:
    column = store.instance.c
    with store.reading(shop.engine.database) as connection:
        ended = select(column.business_key).where(column.state == "COMPLETED")
        return set(connection.execute(ended).scalars())


def is_torn(connection: Connection, key: int) -> bool:
    """Say whether state, history and waits of an instance tell different stories."""
    column = store.instance.c
    row = connection.execute(select(column.data, column.history_seq).where(column.key == key)).one()
    known = {
        int(wait)
        for token in json.loads(row.data)["tokens"].values()
        for wait in token.get("w", ())
    }
    steps = connection.execute(
        select(func.count()).where(store.history.c.instance_key == key)
    ).scalar_one()
    waits = {wait.key for wait in reads.waiting(connection, key)}
    return known != waits or steps != row.history_seq or reads.verify(connection, key) is not None


def run(
    url: str, first: int, kills: int, mutant: str | None = None, repeats: int = 3
) -> dict[str, Any]:
    """Do rounds until so many were killed, the first dying at call `first`; gives what is found."""
    random, begun = Random(7), time.monotonic()  # noqa: S311 - the same deaths every time
    with TemporaryDirectory() as folder:
        shop = Shop(url, Path(folder) / "told", mutant, repeats)
        number = first - 1
        while shop.killed < kills:
            shop.round(range(number, number + LANES), random)
            number += LANES
        found = audit(shop)
        shop.engine.database.dispose()
    return {
        "killed": shop.killed,
        "orders": number - first + 1,
        "acknowledged": len(shop.told),
        "repeated": sum(given.total() - 1 for given in shop.answers.values()),
        **found,
        "seconds": round(time.monotonic() - begun, 1),
    }


def main() -> None:
    """Print what was found as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--kills", type=int, default=2 * DEATHS)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--mutant", choices=[*mutants.MUTANTS])
    wanted = parser.parse_args()
    found = run(wanted.url, wanted.first, wanted.kills, wanted.mutant, wanted.repeats)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
