"""Process instances: start, cancel, suspend, modify, migrate, delete."""

import logging
import time
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement

from engine import store
from engine.commands import (
    delete_instances,
    instances,
    lock_step,
    migration_check,
    modify_instance,
    start_instance,
    stop_instances,
)
from engine.definitions import Definition
from engine.errors import TooLate, Unavailable
from engine.groups.group import Group, command
from engine.reactions import suspension

CHUNK = 50  # instances started in one transaction
TOGETHER = 20  # instances played in one transaction, for which others wait
POLL_S = 0.05

log = logging.getLogger(__name__)


class Instances(Group):
    """Commands on process instances."""

    start = command(start_instance.start)
    set_variables = command(instances.set_variables)
    cancel = command(instances.cancel)
    suspend = command(suspension.suspend)
    resume = command(suspension.resume)
    modify = command(modify_instance.modify)
    activate_ad_hoc = command(modify_instance.activate_ad_hoc)
    migrate = command(modify_instance.migrate)
    delete = command(delete_instances.delete)
    _start_chunk = command(start_instance.start_many)
    _play_chunk = command(lock_step.start_together)
    _stop = command(stop_instances.stop)
    _move = command(stop_instances.move)

    def start_many(
        self,
        process_id: str,
        items: Iterable[tuple[str, Mapping[str, Any]]],
        *,
        unique_business_key: bool = True,
    ) -> list[int]:
        """Start an instance per (business key, variables), in transactions of bounded size.

        With unique business keys it may be repeated: the keys of those that run already are
        returned, and they stay as they are.
        """
        keys: list[int] = []
        coming = iter(items)
        while chunk := list(islice(coming, CHUNK)):
            keys += self._start_chunk(process_id, chunk, unique=unique_business_key)
        return keys

    def start_together(
        self, process_id: str, items: Iterable[tuple[str, Mapping[str, Any]]], services: Any
    ) -> list[int]:
        """Start as `start_many` does and play the instances in lock-step as far as they go.

        What the service tasks of a drawing cannot answer for a set waits as an ordinary job. Where
        a set fails, nothing of it has happened, and its instances are started to go by themselves.
        """
        keys: list[int] = []
        coming = iter(items)
        while chunk := list(islice(coming, TOGETHER)):
            try:
                keys += self._play_chunk(process_id, chunk, services)
            except Unavailable:
                raise
            except Exception:
                log.exception("a set of '%s' is played one by one", process_id)
                keys += self._start_chunk(process_id, chunk, unique=True)
        return keys

    def stop_about(self, customer: str, reason: str, *, because: str = "") -> list[int]:
        """End the open instances about a customer whose process stops on this; return their keys.

        `because` says in words what the history keeps. It may be repeated after a crash.
        """
        with store.reading(self.runner.database) as connection:
            keys = stop_instances.about(connection, customer)
        return [key for key in keys if self._stop(key, reason, because=because)]

    def stopping(self, customer: str, reason: str) -> list[int]:
        """Return which instances `stop_about` would end, without ending them."""
        catalogue = self.runner.catalogue
        with store.reading(self.runner.database) as connection:
            return stop_instances.stopping(connection, catalogue, customer, reason)

    def move_to_customer(self, customer: str, to: str, *, but: int | None = None) -> None:
        """Let the open instances about a customer be about the one it was merged into.

        `but` is the instance that merges: it goes on by itself, and must not end by its own step.
        """
        with store.reading(self.runner.database) as connection:
            keys = stop_instances.about(connection, customer)
        for key in keys:
            if key != but:
                self._move(key, customer, to)

    def await_end(self, instance_key: int, timeout_s: float) -> dict[str, Any]:
        """Return the variables of an instance once it has ended; raises TooLate."""
        until = time.monotonic() + timeout_s
        while True:
            with store.reading(self.runner.database) as connection:
                ended = instances.ended(connection, instance_key)
            if ended is not None:
                return ended
            if time.monotonic() >= until:
                raise TooLate
            time.sleep(POLL_S)

    def check_migration(
        self,
        target_definition_key: int,
        chosen: ColumnElement[bool],
        mapping: Mapping[str, str] | None = None,
        *,
        limit: int = 200,
        after: int = 0,
    ) -> list[migration_check.MigrationCheck]:
        """Return, without moving them, whether the instances that `chosen` says can be migrated.

        They come in the order of their keys; go on `after` the last one.
        """
        found = migration_check.running(chosen, limit=limit, after=after)
        catalogue = self.runner.catalogue
        with store.reading(self.runner.database) as connection:
            return migration_check.check(
                connection, catalogue, target_definition_key, found, dict(mapping or {})
            )

    def check_new_version(
        self, process: Definition, *, limit: int = 200
    ) -> list[migration_check.MigrationCheck]:
        """Return whether running instances could be migrated to a version not deployed yet."""
        chosen = store.instance.c.process_id == process.id
        found = migration_check.running(chosen, limit=limit, after=0)
        with store.reading(self.runner.database) as connection:
            return migration_check.check_against(
                connection, self.runner.catalogue, process, found, {}
            )
