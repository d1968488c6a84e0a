"""Many instances of one drawing in lock-step: a service task answers for all of them at once.

The core plays each as ever; only the asking differs. The jobs that the instances of one transaction
open are never queued where their service task has a set form (`many`): it answers them together,
and each instance goes on by the answer of its own. What has no set form, or what that form leaves
alone, waits as usual: so whoever comes to a timer, a person or a slow channel is an ordinary
instance. All rows are written together as the transaction ends.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from engine import store
from engine.commands import jobs, start_instance
from engine.errors import BpmnError
from engine.service_task import Answer, Call, ServiceTask
from engine.transaction import input_limits
from engine.transaction.instances import seen_from
from engine.transaction.unit_of_work import UnitOfWork

MOST_ROUNDS = 100  # of asking; what goes round longer goes on by itself
MOST_S = 4.0  # after so many seconds the rest goes on by itself: others wait for this transaction
Row = Mapping[str, Any]


def start_together(
    work: UnitOfWork,
    process_id: str,
    items: Sequence[tuple[str, Mapping[str, Any]]],
    services: Any,
) -> list[int]:
    """Start an instance per business key and play all until they wait for something else.

    Those whose key runs already stay as they are. Return the keys of all.
    """
    keys = start_instance.start_many(work, process_id, items, unique=True)
    with Session(work.connection, join_transaction_mode="rollback_only") as session:
        play, until = _Play(work, session, services), time.monotonic() + MOST_S
        for _ in range(MOST_ROUNDS):
            work.run_follow_ups()
            if time.monotonic() > until or not play.round():
                break
        session.flush()
    return keys


@dataclass
class _Play:
    work: UnitOfWork
    session: Session
    services: Any
    alone: set[int] = field(default_factory=set)  # jobs that are done by themselves

    def round(self) -> bool:
        """Answer what is asked now, one service task after the other; False if nothing is."""
        found: dict[str, list[Row]] = defaultdict(list)
        asked = self.work.take_job_runs(self._is_ours)
        for each in sorted(asked, key=lambda row: row["key"]):
            found[each["type"]].append(each)
        for name, rows in found.items():
            task = self._task(name)
            calls = [self._call(task, row) for row in rows]
            answers = task.many(
                calls, session=self.session, now=self.work.now, services=self.services
            )
            who, self.work.actor = self.work.actor, name  # as where a worker reports
            for row, answer in zip(rows, answers, strict=True):
                self._go_on(row, answer)
            self.work.actor = who
        return bool(found)

    def _task(self, name: str) -> Any:
        return self.work.environment.service_tasks.get(name)

    def _is_ours(self, row: Row) -> bool:
        task = self._task(row["type"])
        if task is None or task.many is None or not task.belongs_to(row["process_id"]):
            return False
        if row["kind"] != "BPMN_ELEMENT" or row["key"] in self.alone:
            return False
        return self.work.instance(row["instance_key"]).state == "ACTIVE"

    def _call(self, task: ServiceTask, row: Row) -> Call:
        instance = self.work.instance(row["instance_key"])
        inputs = task.check(seen_from(instance, row["element_instance_key"]))
        return Call(inputs, str(row["key"]), str(row["instance_key"]), instance.business_key)

    def _go_on(self, row: Row, answer: Answer) -> None:
        work, key = self.work, row["key"]
        if answer is None:
            self.alone.add(key)
            work.enqueue_job(key, 1)
            return
        instance = work.instance(row["instance_key"])
        work.changes.change(store.job, key, starts=1, updated_at=work.now)
        if isinstance(answer, BpmnError):
            jobs.throw_out_of(work, row, instance, answer.code, answer.message, answer.variables)
            return
        taken = input_limits.check(answer, work.limits)
        work.resume(instance, jobs.wait_of(row), taken, "finish job")
