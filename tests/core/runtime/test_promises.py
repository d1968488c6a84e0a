"""Promises of the core as a whole: no code in diagrams, shared definitions, old states, budgets."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from engine import definitions, lint
from engine.bpmn.parser import DialectParser
from engine.limits import Limits
from tests.support.bpmn import resource
from tests.support.keep import STORIES, act, keep
from tests.support.story import MONDAY, Story

STATES = Path(__file__).parent / "states"


@pytest.mark.parametrize(
    "source",
    [
        '__import__("os").system("touch /tmp/pwned")',
        "().__class__.__bases__[0].__subclasses__()",
        "exec('1')",
        "lambda: 1",
    ],
)
def test_python_in_a_diagram_is_refused_or_means_nothing(source: str) -> None:
    """SpiffWorkflow fault 10: conditions and scripts were Python: who deploys can run code."""
    drawn = resource(f"start -> script:S(expression== {source}; result=x) -> end")
    if any(problem.severity == "error" for problem in lint.check([drawn])):
        return
    assert Story(drawn).variables.get("x") is None


def test_times_without_a_zone_are_in_the_zone_of_the_instance() -> None:
    """SpiffWorkflow fault 12: naive times used the server's zone."""
    story = Story("start -> catch:W(date=2026-07-01T09:00:00) -> end", zone="Asia/Tehran")
    assert story.wait("W").data["due_at"] == "2026-07-01T05:30:00+00:00"
    assert story.state["zone"] == "Asia/Tehran"


def test_a_definition_is_compiled_once_and_shared_by_all_threads() -> None:
    text = """
        start -> and:Fork
        Fork -> user:A(each== items; collect=out; element== x) -> and:Join
        Fork -> sub:S -> Join
        S {
            start:B -> user:C -> end:D
        }
        Join -> end
        """

    def run(number: int) -> object:
        story = Story(text, given={"items": [1, 2], "number": number})
        story.done("C").done("A", x=number).done("A", x=number)
        assert story.ended == "COMPLETED"
        return story.variables["out"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, range(80))) == [[n, n] for n in range(80)]
    first = definitions.read([resource(text)]).processes[0]
    assert definitions.read([resource(text)]).processes[0] is first
    assert definitions.load(first.content, first.resource_name, "p") is first


def test_the_specification_is_spiffworkflows_subclassed() -> None:
    """The parser, the specs and the tasks are the library's classes, not look-alikes."""
    from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
    from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway
    from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
    from SpiffWorkflow.task import Task
    from SpiffWorkflow.workflow import Workflow

    from engine.bpmn.execution.token import Token
    from engine.bpmn.instance import Instance

    spec = definitions.read([resource("start -> and:Fork -> end")]).processes[0].spec
    assert isinstance(spec, WorkflowSpec)
    assert isinstance(spec.node("Fork"), ParallelGateway)
    assert issubclass(DialectParser, BpmnParser)
    assert issubclass(Token, Task)
    assert issubclass(Instance, Workflow)


@pytest.mark.parametrize("path", sorted(STATES.glob("*.json")), ids=lambda path: path.stem)
def test_instances_of_earlier_releases_go_on(path: Path) -> None:
    """States are kept as they were written; every later release must finish them."""
    kept = json.loads(path.read_text("utf-8"))
    story = Story(kept["process"], given=kept["given"])
    story.load(kept["state"], [_wait(raw) for raw in kept["open"]])
    story.now = MONDAY
    story._next = count(1_000)  # keys are never given out twice
    for step in kept["do"]:
        act(story, tuple(step))
    assert story.ended == "COMPLETED"
    assert story.variables == kept["variables"]


@pytest.mark.parametrize("name", sorted(STORIES))
def test_what_this_release_writes_is_kept(name: str) -> None:
    """A state that is written in another way now needs a new file beside the old one."""
    kept = json.loads((STATES / f"0.1-{name}.json").read_text("utf-8"))
    assert keep(name)["variables"] == kept["variables"]


def _wait(raw: dict[str, object]) -> Any:
    from engine.model import Kind, Wait

    return Wait(**{**raw, "kind": Kind(str(raw["kind"]))})  # type: ignore[arg-type]


def test_an_expression_that_never_ends_is_an_incident() -> None:
    bomb = "for a in 1..10000, b in 1..10000 return a * b"
    story = Story(f"start -> script:S(expression== {bomb}; result=x) -> user:After -> end")
    assert story.waiting == ["S!"]


def test_many_expensive_expressions_share_one_budget() -> None:
    busy = "count(for a in 1..4000 return a)"
    story = Story(
        f"start -> script:S(each== for i in 1..900 return i; expression== {busy}; result=x) -> end",
        limits=Limits(expression_steps=20_000),
    )
    assert "S!" in story.waiting
    assert any("more steps" in wait.data["message"] for wait in story.open.values())


def test_a_thousand_items_of_several_steps_fit_into_one_transaction() -> None:
    story = Story(
        """
        start -> sub:Each(each== for i in 1..1000 return i; item=n) -> end
        Each {
            start:S -> task:A -> task:B -> task:C -> task:D -> task:E -> end:F
        }
        """
    )
    assert story.ended == "COMPLETED"
