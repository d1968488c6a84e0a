"""A crowd that writes to one database for a while: several threads in a process of their own.

    python -m tests.engine.crowd URL SECONDS

Prints as JSON how many requests were done, how many refused and by what, and the longest wait.
"""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from engine import store
from engine.engine import Engine
from engine.model import StartRequest
from tests.support.bpmn import resource

THREADS = 4
DRAWING = resource("start -> user:A -> user:B -> end", "crowd")


class Crowd:
    """Threads that start, claim and complete, and what came of it."""

    def __init__(self, engine: Engine, seconds: float) -> None:
        self.engine = engine
        self.until = time.monotonic() + seconds
        self.done = 0
        self.refused: Counter[str] = Counter()
        self.longest = 0.0
        self._lock = threading.Lock()

    def work(self, who: str) -> None:
        while time.monotonic() < self.until:
            started = self.ask(
                lambda: self.engine.instances.start(StartRequest("crowd", variables={"who": who}))
            )
            for _ in range(2):
                task = self._task(started.instance_key) if started else None
                if task is not None:
                    self.ask(lambda task=task: self.engine.by(who).tasks.claim(task))  # type: ignore[misc]
                    self.ask(lambda task=task: self.engine.tasks.complete(task, {}))  # type: ignore[misc]

    def ask(self, act: Callable[[], Any]) -> Any:
        begun = time.monotonic()
        try:
            answer = act()
        except Exception as error:  # noqa: BLE001 - whatever a user would hear
            with self._lock:
                self.refused[f"{type(error).__name__}: {error}"] += 1
            return None
        with self._lock:
            self.done += 1
            self.longest = max(self.longest, time.monotonic() - begun)
        return answer

    def _task(self, instance: int) -> int | None:
        column = store.user_task.c
        wanted = select(column.key).where(
            column.instance_key == instance, column.state == "CREATED"
        )
        with store.reading(self.engine.database) as connection:
            found: int | None = connection.execute(wanted).scalar()
        return found


def main(url: str, seconds: float) -> None:
    """Let the crowd work, then say how it went."""
    engine = Engine(store.connect(url), clock=lambda: datetime.now(UTC))
    crowd = Crowd(engine, seconds)
    threads = [threading.Thread(target=crowd.work, args=(f"u{n}",)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = {"done": crowd.done, "refused": crowd.refused, "longest": round(crowd.longest, 2)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
