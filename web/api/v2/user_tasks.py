"""Tasks for people: search, read, claim, change, complete."""

from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, select

from engine import store
from engine.reads.search import Query
from engine.reads.search.deployed import task_form
from engine.reads.search.scopes import effective, path_of
from engine.reads.search.views import USER_TASKS, VARIABLES, task_visible_to
from web.api import access
from web.api.context import who
from web.api.fields import camel
from web.api.problems import Command, Problem, invalid
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.definitions import FormResult
from web.api.schemas.elements import UserTaskVariableSearch, VariablePage, VariableQuery
from web.api.schemas.user_tasks import (
    OldUserTaskUpdateRequest,
    UserTaskAssignmentRequest,
    UserTaskCompletionRequest,
    UserTaskPage,
    UserTaskResult,
    UserTaskSearch,
    UserTaskUpdateRequest,
)
from web.api.v2.elements import cut
from web.app.services import engine, reading

routes = Routes("User task")
_CHANGES = {
    "due_date": "due_at",
    "follow_up_date": "follow_up_at",
    "candidate_users": "candidate_users",
    "candidate_groups": "candidate_groups",
    "priority": "priority",
}


def _visible() -> ColumnElement[bool] | None:
    """Narrow a list to the tasks the caller may see."""
    account = access.caller()
    if access.may("task.assign"):
        return None
    return task_visible_to(account.username, sorted(account.groups))


@routes.post("/user-tasks/search", may="task.see", takes=UserTaskSearch, gives=UserTaskPage)
def search_user_tasks(body: Query) -> dict[str, Any]:
    """List the tasks the caller may see."""
    return listed(USER_TASKS, body, _visible())


@routes.get("/user-tasks/<user_task_key>", may="task.see", gives=UserTaskResult)
def get_user_task(user_task_key: int) -> dict[str, Any]:
    """Return one task."""
    task = found(USER_TASKS, user_task_key)
    access.require("task.see", SimpleNamespace(**task))
    return task


@routes.get("/user-tasks/<user_task_key>/form", may="task.see", gives=FormResult, also=(204,))
def get_user_task_form(user_task_key: int) -> dict[str, Any] | None:
    """Return the form of a task, if it has one."""
    get_user_task(user_task_key)
    with reading() as connection:
        return task_form(connection, user_task_key)


def _require(action: str, key: int) -> None:
    """Refuse who may not do this to the task; a task that is not there is refused later."""
    t = store.user_task.c
    columns = select(t.assignee, t.candidate_groups, t.candidate_users).where(t.key == key)
    with reading() as connection:
        task = connection.execute(columns).one_or_none()
    if task is not None:
        access.require(action, task)


@routes.post(
    "/user-tasks/<user_task_key>/assignment",
    may="task.claim",
    takes=UserTaskAssignmentRequest,
    status=204,
    command=Command("ASSIGN", "assign", "user task"),
)
def assign_user_task(user_task_key: int, body: dict[str, Any]) -> None:
    """Return a task to somebody; whoever may not do that can take one that nobody has."""
    assignee = body.get("assignee")
    if not assignee:
        raise Problem(400, "INVALID_ARGUMENT", "No assignee provided.")
    may_assign = access.may("task.assign")
    _require("task.see" if assignee == who() else "task.assign", user_task_key)
    override = may_assign and body.get("allow_override") is not False
    engine().by(who()).tasks.assign(user_task_key, assignee, allow_override=override)


@routes.delete(
    "/user-tasks/<user_task_key>/assignee",
    may="task.release",
    status=204,
    command=Command("ASSIGN", "unassign", "user task"),
)
def unassign_user_task(user_task_key: int) -> None:
    """Take a task away from whoever has it."""
    _require("task.release", user_task_key)
    engine().by(who(), access.permit("task.release")).tasks.unassign(user_task_key)


@routes.patch(
    "/user-tasks/<user_task_key>",
    may="task.update",
    takes=UserTaskUpdateRequest,
    status=204,
    command=Command("UPDATE", "update", "user task"),
)
def update_user_task(user_task_key: int, body: dict[str, Any]) -> None:
    """Change dates, candidates or priority."""
    _require("task.update", user_task_key)
    given = body.get("changeset") or {}
    changes = {ours: given[name] for name, ours in _CHANGES.items() if given.get(name) is not None}
    if not changes and not body.get("action"):
        invalid(f"Nothing to change: the changeset has none of {', '.join(map(camel, _CHANGES))}")
    engine().by(who(), access.permit("task.update")).tasks.update(user_task_key, changes)


# An older client calls this path.
@routes.patch(
    "/user-tasks/<user_task_key>/update",
    may="task.update",
    takes=OldUserTaskUpdateRequest,
    status=204,
    command=Command("UPDATE", "update", "user task"),
)
def update_user_task_at_old_path(user_task_key: int, body: dict[str, Any]) -> None:
    """Change dates, candidates or priority."""
    update_user_task(user_task_key, {"changeset": body.get("changeset") or body})


@routes.post(
    "/user-tasks/<user_task_key>/completion",
    may="task.complete",
    takes=UserTaskCompletionRequest,
    status=204,
    command=Command("COMPLETE", "complete", "user task"),
)
def complete_user_task(user_task_key: int, body: dict[str, Any]) -> None:
    """Finish a task; of its form's fields only the declared ones are taken."""
    _require("task.complete", user_task_key)
    action = body.get("action") or "complete"
    commands = engine().by(who(), access.permit("task.complete"))
    commands.tasks.complete(user_task_key, body.get("variables") or {}, action=action)


@routes.post(
    "/user-tasks/<user_task_key>/variables/search",
    may="task.see",
    takes=UserTaskVariableSearch,
    asks=VariableQuery,
    gives=VariablePage,
)
def search_user_task_variables(
    user_task_key: int, body: Query, query: dict[str, Any]
) -> dict[str, Any]:
    """List the variables of every scope around a task."""
    scopes = _scopes(user_task_key)
    return cut(listed(VARIABLES, body, store.variable.c.scope_key.in_(scopes)), query)


@routes.post(
    "/user-tasks/<user_task_key>/effective-variables/search",
    may="task.see",
    takes=UserTaskVariableSearch,
    asks=VariableQuery,
    gives=VariablePage,
)
def search_user_task_effective_variables(
    user_task_key: int, body: Query, query: dict[str, Any]
) -> dict[str, Any]:
    """List the variables a task sees: of one name the innermost."""
    return cut(listed(VARIABLES, body, effective(_scopes(user_task_key))), query)


def _scopes(user_task_key: int) -> list[int]:
    task = get_user_task(user_task_key)
    with reading() as connection:
        return path_of(connection, task["element_instance_key"], task["process_instance_key"])
