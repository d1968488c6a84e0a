"""How a new task finds its person: among candidates who are there and have the skills it needs.

Who they are is asked of a port; the engine knows no people. `least loaded` takes who has the fewest
open tasks, `round robin` who got one of this element longest ago. Four eyes count; without anybody
the task waits to be claimed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select

from engine import store
from engine.model import Step, TaskChange
from engine.transaction import four_eyes
from engine.transaction.follow_ups import AssignTask
from engine.transaction.instances import Instance
from engine.transaction.unit_of_work import UnitOfWork

ROUND_ROBIN = "round robin"
_task, _turn = store.user_task.c, store.assignment_turn.c


def assign(work: UnitOfWork, found: AssignTask) -> None:
    """Give a new task to who can do it; without anybody it stays with its candidates."""
    work.flush()  # what this transaction has opened counts
    query = select(store.user_task).where(_task.key == found.wait.key, _task.assignee.is_(None))
    row = work.connection.execute(query).mappings().one_or_none()
    if row is None or row["state"] != "CREATED" or found.instance.ended_at is not None:
        return
    asked: Any = found.wait.data["assign"]
    people = _who_may(work, found.instance, row, asked["skills"])
    if not people:
        return
    chosen = min(people, key=_order(work, row, asked["how"], people))
    _take_turn(work, row, chosen)
    given = TaskChange(row["key"], {"assignee": chosen})
    step = Step(state=found.instance.stored.load_around(), tasks=(given,))
    work.apply(found.instance, step, "assign task", f"{row['element_id']} {chosen}")


def _who_may(
    work: UnitOfWork, instance: Instance, row: RowMapping, skills: Sequence[str]
) -> list[str]:
    groups, users = row["candidate_groups"], row["candidate_users"]
    people = work.environment.colleagues(work.connection, groups, users, skills, work.now)
    barred = four_eyes.barred(work, row, instance) if people else set()
    if barred and work.environment.one_person_may_do_all(work.connection):
        return list(people)
    return [person for person in people if person not in barred]


def _order(work: UnitOfWork, row: RowMapping, how: str, people: Sequence[str]) -> Any:
    turns = _turns(work, row)
    if how == ROUND_ROBIN:
        return lambda person: (turns.get(person, 0), person)
    load = _load(work, people)
    return lambda person: (load.get(person, 0), turns.get(person, 0), person)


def _load(work: UnitOfWork, people: Sequence[str]) -> dict[str, int]:
    open_tasks = (
        select(_task.assignee, func.count())
        .where(_task.state == store.CREATED, _task.assignee.in_(people))
        .group_by(_task.assignee)
    )
    return {row[0]: row[1] for row in work.connection.execute(open_tasks)}


def _turns(work: UnitOfWork, row: RowMapping) -> dict[str, int]:
    """Return the last task of this element that each person got."""
    found = select(_turn.username, _turn.task_key).where(*_of_element(row))
    return {row[0]: row[1] for row in work.connection.execute(found)}


def _take_turn(work: UnitOfWork, row: RowMapping, person: str) -> None:
    mine = (*_of_element(row), _turn.username == person)
    work.connection.execute(delete(store.assignment_turn).where(*mine))
    turn = {
        "process_id": row["process_id"],
        "element_id": row["element_id"],
        "username": person,
        "task_key": row["key"],
    }
    work.connection.execute(insert(store.assignment_turn), turn)


def _of_element(row: RowMapping) -> tuple[Any, ...]:
    return (_turn.process_id == row["process_id"], _turn.element_id == row["element_id"])
