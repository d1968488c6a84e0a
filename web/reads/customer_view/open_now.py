"""What is open with a customer now: tasks, cases with their clocks, promises, processes."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, Text, type_coerce

from engine import store
from tasks.cases.records import Case
from tasks.promises.records import Promise
from web.reads.customer_view.line import lines, newest
from web.reads.customer_view.reader import Reader

MOST = 30
CLOCKS = {
    "first_answer_due": Case.first_answer_due,
    "update_due": Case.update_due,
    "solve_due": Case.solve_due,
    "law_due": Case.law_due,
}


def open_now(number: int, reader: Reader) -> Iterator[Select[Any]]:
    """Yield the questions for what waits for somebody."""
    task, running = store.user_task.c, store.instance.c
    about = running.customer == str(number), not_hidden(running.key, number, reader)
    yield newest(
        lines(
            "task", id=task.key, at=task.created_at, until=task.due_at, word=task.element_id,
            state=task.assignee, text=task.name, more=task.process_id,
            note=type_coerce(task.candidate_groups, Text), number=task.instance_key,
        )
        .join_from(store.user_task, store.instance, running.key == task.instance_key)
        .where(*about, running.ended_at.is_(None), task.state == "CREATED"),
        MOST,
    )  # fmt: skip
    yield newest(
        lines(
            "process", id=running.key, at=running.started_at, word=running.process_id,
            state=running.state, text=store.definition.c.name, number=running.incidents,
        )
        .join_from(
            store.instance, store.definition, store.definition.c.key == running.definition_key
        )
        .where(*about, running.ended_at.is_(None), running.parent_instance_key.is_(None)),
        MOST,
    )  # fmt: skip
    yield from _cases(number, reader)
    promise = Promise
    still = promise.kept_at.is_(None), promise.repaired_at.is_(None)
    yield newest(
        lines(
            "promise", id=promise.id, at=promise.created_at, until=promise.broken_at,
            day=promise.due, text=promise.text, more=promise.made_by, note=promise.order_no,
        ).where(promise.customer_id == number, *still),
        MOST,
    )  # fmt: skip


def _cases(number: int, reader: Reader) -> Iterator[Select[Any]]:
    case = Case
    mine = case.customer_id == number, case.state != "closed", reader.sees()
    yield newest(
        lines(
            "case", id=case.id, at=case.opened_at, word=case.kind, state=case.state,
            text=case.number, more=case.severity, note=case.owner, number=case.level,
        ).where(*mine),
        MOST,
    )  # fmt: skip
    for name, due in CLOCKS.items():
        still = case.state == "open"
        if name == "first_answer_due":
            still = still & case.acknowledged_at.is_(None)
        yield newest(
            lines(f"clock:{name}", id=case.id, at=case.opened_at, until=due).where(
                *mine, still, due.is_not(None)
            ),
            MOST,
        )


def not_hidden(instance_key: Any, number: int, reader: Reader) -> Any:
    """Return the condition that an instance is not about a case the person may not see."""
    value = store.variable.c
    about = (
        store.variable.select()
        .where(
            value.instance_key == instance_key,
            value.name == "case_id",
            type_coerce(value.value, Text).in_(reader.hidden(number)),
        )
        .correlate(store.instance)
    )
    return ~about.exists()
