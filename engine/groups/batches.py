"""Batch operations: one thing done to many instances, a chunk at a time."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from engine import store
from engine.commands import batches
from engine.errors import EngineError, Unavailable
from engine.groups.group import Group, command

log = logging.getLogger(__name__)


class Batches(Group):
    """Commands on batch operations."""

    create = command(batches.create)
    pause = command(batches.pause)
    resume = command(batches.resume)
    cancel = command(batches.cancel)
    _process = command(batches.process)
    _fail = command(batches.fail)
    _next_chunk = command(batches.go_on)
    _restart = command(batches.adopt)

    def process_chunk(self, key: int, run: int | None = None) -> bool:
        """Do the next chunk of a batch; False when this run has nothing (more) to do."""
        with store.reading(self.runner.database) as connection:
            row = batches.read(connection, key)
            items = batches.waiting(connection, key)
        if row["state"] != "ACTIVE" or run not in (None, row["run"]):
            return False
        owner = Batches(self.runner, row["actor"])
        try:
            for item in items:
                owner.process_item(row, item)
            owner._next_chunk(key, row["run"])
        except batches.Stopped:
            return False
        return True

    def process_item(self, row: Any, item: int) -> None:
        """Do one item; why it could not be done is stored, and the others go on."""
        try:
            self._process(row, item)
        except (batches.Stopped, Unavailable):
            raise
        except batches.Taken:
            return
        except Exception as error:
            if not isinstance(error, EngineError):
                log.exception("item %s of batch %s failed", item, row["key"])
            self._fail_item(row, item, error)

    def active(self) -> list[int]:
        """Return the keys of the batches that are being worked on."""
        with store.reading(self.runner.database) as connection:
            return [row["key"] for row in batches.idle(connection, self.runner.clock())]

    def restart_lost(self, idle: timedelta, alive: Callable[[str], bool]) -> int:
        """Queue runs again that were lost: of batches that nobody touched for `idle`."""
        with store.reading(self.runner.database) as connection:
            lost = batches.idle(connection, self.runner.clock() - idle)
        lost = [row for row in lost if not alive(batches.run_id(row["key"], row["run"]))]
        for row in lost:
            Batches(self.runner, row["actor"])._restart(row["key"])
        return len(lost)

    def _fail_item(self, row: Any, item: int, error: Exception) -> None:
        told = error.message if isinstance(error, EngineError) else type(error).__name__
        reasons = [problem.message for problem in getattr(error, "problems", ())]
        try:
            self._fail(row, item, " ".join([told, *reasons]))
        except batches.Taken:
            return
