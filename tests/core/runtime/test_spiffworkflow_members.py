"""An instance is a SpiffWorkflow workflow, a token a task: every public member works or refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from SpiffWorkflow.exceptions import TaskNotFoundException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine import runtime
from engine.bpmn.execution.token import Token
from engine.bpmn.execution.unsupported import CommandNeeded
from engine.bpmn.instance import Instance
from tests.support.story import Story

ORDER = """
start -> sub:Order -> end
Order {
    start:S -> user:Pack -> end:E
}
"""


def order() -> Instance:
    story = Story(ORDER, given={"customer": "C-1"})
    return runtime.moves.load(story.definition, story.state, story.context)


def pack(instance: Instance) -> Token:
    return next(token for token in instance.live() if token.task_spec.name == "Pack")


WORKFLOW: dict[str, Callable[[Instance], Any]] = {
    "cancel": lambda it: it.cancel(success=True),
    "collect_log_extras": lambda it: it.collect_log_extras(),
    "completed": lambda it: it.completed,
    "data": lambda it: it.data,
    "dump": lambda it: it.dump(),
    "get_data": lambda it: it.get_data("customer"),
    "get_dump": lambda it: it.get_dump(),
    "get_next_task": lambda it: it.get_next_task(spec_name="Pack"),
    "get_task_from_id": lambda it: it.get_task_from_id(it.key),
    "get_task_mapping": lambda it: it.get_task_mapping(),
    "get_tasks": lambda it: it.get_tasks(state=TaskState.STARTED),
    "get_tasks_iterator": lambda it: list(it.get_tasks_iterator(manual=True)),
    "is_completed": lambda it: it.is_completed(),
    "last_task": lambda it: it.last_task,
    "manual_input_required": lambda it: it.manual_input_required(),
    "run_all": lambda it: it.run_all(),
    "run_next": lambda it: it.run_next(),
    "run_task_from_id": lambda it: it.run_task_from_id(it.key),
    "set_data": lambda it: it.set_data(weight=3),
    "task_tree": lambda it: it.task_tree,
    "tasks": lambda it: it.tasks,
    "update_waiting_tasks": lambda it: it.update_waiting_tasks(),
}
REFUSED_BY_WORKFLOW: dict[str, Callable[[Instance], Any]] = {
    "reset_from_task_id": lambda it: it.reset_from_task_id(it.key),
    "serialize": lambda it: it.serialize(None),
    "deserialize": lambda it: type(it).deserialize(None, {}),
}
TASK: dict[str, Callable[[Token], Any]] = {
    "cancel": lambda it: it.cancel(),
    "children": lambda it: it.children,
    "collect_log_extras": lambda it: it.collect_log_extras(),
    "data": lambda it: it.data,
    "depth": lambda it: it.depth,
    "dump": lambda it: it.dump(),
    "find_ancestor": lambda it: it.find_ancestor("Order"),
    "get_data": lambda it: it.get_data("customer"),
    "get_dump": lambda it: it.get_dump(),
    "has_state": lambda it: it.has_state(TaskState.STARTED),
    "is_descendant_of": lambda it: it.is_descendant_of(it.workflow.task_tree),
    "parent": lambda it: it.parent,
    "set_data": lambda it: it.set_data(weight=3),
    "state": lambda it: it.state,
    "thread_id_pool": lambda it: it.thread_id_pool,
}
REFUSED_BY_TASK: dict[str, Callable[[Token], Any]] = {
    "complete": lambda it: it.complete(),
    "error": lambda it: it.error(),
    "reset_branch": lambda it: it.reset_branch(None),
    "run": lambda it: it.run(),
    "trigger": lambda it: it.trigger(),
}


def test_every_public_member_of_spiffworkflow_is_looked_at_here() -> None:
    workflow = {*dir(Workflow), *vars(Workflow(order().spec, deserializing=True))}
    attributes = {"spec", "locks", "success", "completed_event", "task_removed_event"}
    assert _public(workflow) - attributes <= WORKFLOW.keys() | REFUSED_BY_WORKFLOW.keys()
    assert _public(dir(Task)) <= TASK.keys() | REFUSED_BY_TASK.keys()


@pytest.mark.parametrize("member", WORKFLOW)
def test_a_member_of_a_workflow_works_on_live_tokens(member: str) -> None:
    WORKFLOW[member](order())


@pytest.mark.parametrize("member", TASK)
def test_a_member_of_a_task_works_on_a_live_token(member: str) -> None:
    TASK[member](pack(order()))


@pytest.mark.parametrize("member", REFUSED_BY_WORKFLOW)
def test_what_a_workflow_cannot_do_names_the_command(member: str) -> None:
    with pytest.raises(CommandNeeded, match=rf"^{member}: .* Use "):
        REFUSED_BY_WORKFLOW[member](order())


@pytest.mark.parametrize("member", REFUSED_BY_TASK)
def test_what_a_task_cannot_do_names_the_command(member: str) -> None:
    with pytest.raises(CommandNeeded, match=rf"^{member}: .* Use "):
        REFUSED_BY_TASK[member](pack(order()))


def test_the_members_do_what_spiffworkflow_documents() -> None:
    instance = order()
    token = pack(instance)

    assert instance.get_tasks(spec_name="Pack") == [token]
    assert instance.get_next_task(state=TaskState.READY) is None
    assert instance.manual_input_required()
    assert not instance.is_completed()
    assert instance.data == token.data == {"customer": "C-1"}
    assert token.depth == 2
    assert token.find_ancestor("Order") is token.parent
    assert token.is_descendant_of(instance.task_tree)
    assert "Pack" in instance.get_dump()
    with pytest.raises(TaskNotFoundException):
        instance.get_task_from_id(4_711)

    token.set_data(customer="C-2")
    assert instance.get_data("customer") == "C-2"
    assert token in instance.cancel()
    assert instance.is_completed()
    assert not instance.success


def _public(names: Any) -> set[str]:
    return {name for name in names if not name.startswith("_")}
