"""The verbs of an operator: move tokens, migrate, delete, and batches of such things."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy import Engine as Database

from engine import runtime, store
from engine.commands import batches, delete_instances, incidents, instances, modify, undeploy
from engine.commands.migration_check import Verdict, verdicts
from engine.errors import EngineError, Unavailable
from engine.reactions import suspension
from engine.transaction.catalogue import Catalogue
from engine.transaction.unit_of_work import Move

T = TypeVar("T")
Instructions = Sequence[Mapping[str, Any]]

log = logging.getLogger(__name__)


class Operations:
    """What `Engine` gives to operators, beside the verbs of every day."""

    database: Database
    clock: Callable[[], datetime]
    catalogue: Catalogue

    def cancel(self, instance_key: int, by: str = "") -> None:
        """End an instance and everything it called."""
        self._do(by, lambda move: instances.cancel(move, instance_key))

    def suspend(self, instance_key: int, by: str = "") -> None:
        """Let an instance and all it called sleep: nothing moves them until `wake`."""
        self._do(by, lambda move: suspension.suspend(move, instance_key))

    def wake(self, instance_key: int, by: str = "") -> None:
        """Let a suspended instance and all it called go on."""
        self._do(by, lambda move: suspension.wake(move, instance_key))

    def resolve(self, incident_key: int, by: str = "", *, retries: int | None = 1) -> None:
        """Try again what failed; a job without retries gets `retries` more."""
        self._do(by, lambda move: incidents.resolve(move, incident_key, retries))

    def modify(
        self,
        instance_key: int,
        *,
        activate: Instructions = (),
        move: Instructions = (),
        terminate: Instructions = (),
        by: str = "",
    ) -> None:
        """Put, move and take away tokens, all or nothing.

        activate {elementId, ancestorElementInstanceKey?, variableInstructions?}, move
        {sourceElementId or sourceElementInstanceKey, targetElementId, …}, terminate {elementId or
        elementInstanceKey}.
        """
        self._do(
            by,
            lambda m: modify.modify(
                m, instance_key, activate=activate, move_=move, terminate=terminate
            ),
        )

    def activate_ad_hoc(
        self,
        ad_hoc_key: int,
        elements: Instructions,
        *,
        cancel_remaining: bool = False,
        by: str = "",
    ) -> None:
        """Start elements {elementId, variables?} of the open ad-hoc subprocess with this key."""
        self._do(
            by,
            lambda move: modify.activate_ad_hoc(
                move, ad_hoc_key, elements, cancel_remaining=cancel_remaining
            ),
        )

    def migrate(
        self,
        instance_key: int,
        target_definition_key: int,
        mapping: Mapping[str, str] | None = None,
        by: str = "",
    ) -> None:
        """Take an instance to another version; Conflict with every reason when it does not fit.

        Elements that the mapping {old id: new id} does not name keep their ids.
        """
        self._do(
            by, lambda move: modify.migrate(move, instance_key, target_definition_key, mapping)
        )

    def suggest_mapping(
        self, source_definition_key: int, target_definition_key: int
    ) -> dict[str, str]:
        """Guess {old id: new id} for elements whose ids changed, by type, name and subprocess."""
        with store.reading(self.database) as connection:
            source = self.catalogue.process(connection, source_definition_key)
            target = self.catalogue.process(connection, target_definition_key)
            return runtime.suggest(source.process, target.process)

    def check_migration(
        self,
        target_definition_key: int,
        chosen: ColumnElement[bool],
        mapping: Mapping[str, str] | None = None,
        *,
        limit: int = 200,
        after: int = 0,
    ) -> list[Verdict]:
        """Judge, without moving them, the running instances that `chosen` says of store.instance.

        They come in the order of their keys; go on `after` the last one.
        """
        with store.reading(self.database) as connection:
            return verdicts(
                connection,
                self.catalogue,
                target_definition_key,
                chosen,
                dict(mapping or {}),
                limit=limit,
                after=after,
            )

    def delete(self, instance_key: int, by: str = "") -> None:
        """Delete an ended instance, all it called, and everything known of them."""
        self._do(by, lambda move: delete_instances.delete(move, instance_key))

    def delete_resource(self, key: int, by: str = "") -> str:
        """Delete a deployed process, file of decisions, form or other file that nothing needs.

        `key` is that of the definition, requirements, form or file; gives which kind it was. A
        process version that has or had instances is a Conflict that says how many.
        """
        return self._do(by, lambda move: undeploy.delete_resource(move, key))

    # -- batches -----------------------------------------------------------------------------

    def batch(
        self,
        kind: str,
        chosen: ColumnElement[bool],
        plan: Mapping[str, Any] | None = None,
        by: str = "",
    ) -> int:
        """Do one thing to many instances in the background; gives the key of the batch.

        `kind` is a BatchOperationType (see `engine.commands.batch_kinds`), `chosen` a condition on
        store.instance; those it cannot be done to (ended ones to be cancelled …) are left out.
        `plan`: for MIGRATE {target_definition_key, mapping}, for MODIFY {activate, move, terminate}
        as of `modify`, for RESOLVE_INCIDENT {retries}.
        """
        return self._do(by, lambda move: batches.create(move, kind, chosen, plan or {}))

    def pause_batch(self, batch_key: int, by: str = "") -> None:
        """Stop a batch before its next item."""
        self._do(by, lambda move: batches.pause(move, batch_key))

    def resume_batch(self, batch_key: int, by: str = "") -> None:
        """Let a paused batch go on."""
        self._do(by, lambda move: batches.resume(move, batch_key))

    def cancel_batch(self, batch_key: int, by: str = "") -> None:
        """End a batch; what it has not done yet stays as it is."""
        self._do(by, lambda move: batches.cancel(move, batch_key))

    def work_batch(self, batch_key: int, run: int | None = None) -> bool:
        """Do the next chunk of a batch; False when this run has nothing (more) to do."""
        with store.reading(self.database) as connection:
            row = batches.read(connection, batch_key)
            items = batches.waiting(connection, batch_key)
        if row["state"] != "ACTIVE" or run not in (None, row["run"]):
            return False
        try:
            for item in items:
                self._work_item(row, item)
            self._do(row["actor"], lambda move: batches.go_on(move, batch_key, row["run"]))
        except batches.Stopped:
            return False
        return True

    def active_batches(self) -> list[int]:
        """List the keys of the batches that are being worked on."""
        with store.reading(self.database) as connection:
            return [row["key"] for row in batches.idle(connection, self.clock())]

    def adopt_batches(self, idle: timedelta, alive: Callable[[str], bool]) -> int:
        """Begin runs again that were lost: of batches that nobody touched for `idle`."""
        with store.reading(self.database) as connection:
            lost = batches.idle(connection, self.clock() - idle)
        lost = [row for row in lost if not alive(batches.run_id(row["key"], row["run"]))]
        for row in lost:
            self._do(row["actor"], partial(batches.adopt, key=row["key"]))
        return len(lost)

    # -- inside ------------------------------------------------------------------------------

    def _work_item(self, row: Any, item: int) -> None:
        try:
            self._do(row["actor"], lambda move: batches.work(move, row, item))
        except (batches.Stopped, Unavailable):
            raise
        except batches.Taken:
            return
        except Exception as error:
            if not isinstance(error, EngineError):
                log.exception("item %s of batch %s failed", item, row["key"])
            self._fail_item(row, item, error)

    def _fail_item(self, row: Any, item: int, error: Exception) -> None:
        told = error.message if isinstance(error, EngineError) else type(error).__name__
        reasons = [problem.message for problem in getattr(error, "problems", ())]
        message = " ".join([told, *reasons])
        try:
            self._do(row["actor"], lambda move: batches.fail(move, row, item, message))
        except batches.Taken:
            return

    def _do(self, actor: str, verb: Callable[[Move], T]) -> T:
        raise NotImplementedError
