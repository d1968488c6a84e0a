"""What operators do to a running instance: cancel, modify, migrate, retry."""

from typing import Any

import pytest

from engine import definitions, runtime
from engine.errors import Conflict, Invalid, NotFound
from engine.limits import Limits
from engine.model import Problem
from tests.support.bpmn import resource
from tests.support.story import Story

REVIEW = """
    start -> user:Write -> sub:Check -> user:Send -> end
    Check {
        start:S -> user:Read -> user:Sign -> end:E
    }
    """


def modify(story: Story, **instructions: Any) -> Story:
    step = runtime.modify(story.definition, story.state, context=story.context, **instructions)
    return story.take(step)


def migrate(story: Story, text: str, mapping: dict[str, str] | None = None) -> Story:
    target = definitions.read([resource(text)]).processes[0]
    step = runtime.migrate(story.definition, target, story.state, mapping, context=story.context)
    for key, wait in list(story.open.items()):
        renamed = (mapping or {}).get(wait.element_id, wait.element_id)
        story.open[key] = type(wait)(key, wait.kind, renamed, wait.element_instance_key, wait.data)
    story.definition = target
    return story.take(step)


def verdict(story: Story, text: str, mapping: dict[str, str] | None = None) -> list[Problem]:
    target = definitions.read([resource(text)]).processes[0]
    return runtime.check_migration(story.definition, target, story.state, mapping)


def test_a_cancelled_instance_leaves_nothing_open() -> None:
    story = Story(REVIEW)
    story.take(runtime.cancel(story.definition, story.state, context=story.context))
    assert story.ended == "TERMINATED"
    assert story.waiting == []


def test_a_wait_that_is_gone_is_a_conflict() -> None:
    story = Story(REVIEW)
    wait = story.wait("Write")
    story.done(wait)
    with pytest.raises(Conflict):
        story.done(wait)
    with pytest.raises(Conflict):
        runtime.fail(
            story.definition,
            {**story.state, "tokens": {}},
            wait,
            error_type="X",
            message="",
            context=story.context,
        )


def test_an_element_is_activated_with_the_scopes_around_it() -> None:
    story = modify(Story(REVIEW), activate=[{"elementId": "Sign"}])
    assert story.waiting == ["Sign", "Write"]
    story.done("Sign")
    assert story.waiting == ["Send", "Write"]


def test_a_token_moves_with_variables_for_its_new_element() -> None:
    story = modify(
        Story(REVIEW),
        move=[
            {
                "sourceElementId": "Write",
                "targetElementId": "Read",
                "variableInstructions": [
                    {"variables": {"x": 1}},
                    {"variables": {"y": 2}, "scopeId": "Check"},
                ],
            }
        ],
    )
    assert story.waiting == ["Read"]
    assert story.visible("Read") == {"x": 1, "y": 2}
    assert "Write TERMINATED" in story.told


def test_a_scope_around_may_be_named_and_what_lies_between_is_opened_anew() -> None:
    story = Story(REVIEW).done("Write")
    check = story.state["tokens"][str(story.wait("Read").element_instance_key)]["p"]

    # inside the one that is open
    modify(story, activate=[{"elementId": "Sign", "ancestorElementInstanceKey": check}])
    assert story.waiting == ["Read", "Sign"]

    # inside the process: a second check
    modify(story, activate=[{"elementId": "Sign", "ancestorElementInstanceKey": 1}])
    assert story.waiting == ["Read", "Sign", "Sign"]
    scopes = {story.state["tokens"][str(w.element_instance_key)]["p"] for w in story.open.values()}
    assert len(scopes) == 2

    # now it must be said which one is meant; what is no scope around it is refused
    for order, reason in (
        ({"elementId": "Read"}, "active 2 times"),
        ({"elementId": "Read", "ancestorElementInstanceKey": 4711}, "4711 is active"),
        ({"elementId": "Send", "ancestorElementInstanceKey": check}, "is not around 'Send'"),
    ):
        with pytest.raises((Invalid, NotFound), match=reason):
            modify(story, activate=[order])
    with pytest.raises(NotFound):
        modify(story, move=[{"sourceElementId": "#process", "targetElementId": "Send"}])


def test_a_move_stays_in_the_round_it_was_made_in() -> None:
    story = Story(
        """
        start -> sub:Each(each== [1, 2]) -> end
        Each {
            start:S -> user:Read -> user:Sign -> end:E
        }
        """
    )
    second = story.open[max(story.open)].element_instance_key

    modify(story, move=[{"sourceElementInstanceKey": second, "targetElementId": "Sign"}])

    assert story.waiting == ["Read", "Sign"]
    assert story.visible("Sign")["loopCounter"] == 2
    with pytest.raises(Invalid, match="must be active"):
        modify(story, activate=[{"elementId": "Sign", "ancestorElementInstanceKey": 1}])
    assert story.done("Sign").done("Read").done("Sign").ended == "COMPLETED"


def test_terminating_the_last_token_ends_the_instance() -> None:
    story = modify(Story(REVIEW).done("Write"), terminate=[{"elementId": "Read"}])
    assert story.ended == "TERMINATED"


def test_impossible_modifications_are_refused() -> None:
    story = Story(REVIEW)
    with pytest.raises(NotFound):
        modify(story, activate=[{"elementId": "Nowhere"}])
    with pytest.raises(NotFound):
        modify(story, terminate=[{"elementInstanceKey": "4711"}])
    with pytest.raises(Invalid):
        modify(
            Story("start -> user:A -> end\nboundary:B(on=A; timer=PT1H) -> end:E"),
            activate=[{"elementId": "B"}],
        )


def test_an_instance_may_start_at_a_given_element() -> None:
    story = Story(REVIEW, start_instructions=[{"elementId": "Sign"}])
    assert story.waiting == ["Sign"]
    assert story.done("Sign").waiting == ["Send"]


def test_elements_of_an_open_ad_hoc_subprocess_are_activated_by_name() -> None:
    story = Story("start -> adhoc:Any(until== ok) -> end\nAny {\nuser:A\nuser:B\n}")
    assert story.waiting == []
    key = next(int(key) for key, raw in story.state["tokens"].items() if raw["e"] == "Any")
    step = runtime.activate_ad_hoc(
        story.definition,
        story.state,
        key,
        [{"elementId": "B", "variables": {"x": 1}}],
        context=story.context,
    )
    story.take(step)
    assert story.visible("B")["x"] == 1
    assert story.done("B", ok=True).ended == "COMPLETED"


def test_an_instance_moves_to_a_new_version_and_keeps_its_waits() -> None:
    story = Story(REVIEW).done("Write")
    wait = story.wait("Read")
    migrate(
        story,
        """
        start -> user:Write -> sub:Check -> end
        Check {
            start:S -> user:Look -> end:E
        }
        boundary:Late(on=Check; timer=P1D) -> user:Hurry -> end:H
        """,
        {"Read": "Look"},
    )
    assert story.waiting == ["Late", "Look"]
    assert story.wait("Look").key == wait.key
    assert story.done("Look").ended == "COMPLETED"


def test_a_boundary_event_the_new_version_lacks_is_closed() -> None:
    story = Story("start -> user:A -> end\nboundary:B(on=A; timer=PT1H) -> end:E")
    migrate(story, "start -> user:A -> user:C -> end")
    assert story.waiting == ["A"]


def test_a_migration_says_each_reason_why_not() -> None:
    story = Story(REVIEW).done("Write")
    found = verdict(story, "start -> service:Check -> user:Read -> end")
    assert {(problem.element, problem.rule) for problem in found} == {
        ("Check", "migration-type"),
        ("Read", "migration-scope"),
    }
    assert verdict(story, "start -> user:Write -> end")[0].rule == "migration-missing"
    with pytest.raises(Conflict):
        migrate(story, "start -> user:Write -> end")


def test_a_budget_stops_a_busy_loop_and_goes_on_when_told() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> xor:Again -> script:Count(expression== n + 1; result=n) -> xor:Enough
        Enough -[n > 30]-> end
        Enough -/-> Again
        Fork -> user:Ask -> end:E
        """,
        given={"n": 0},
        limits=Limits(engine_steps=50),
    )
    assert len(story.waiting) == 2
    while any(wait.kind == "incident" for wait in story.open.values()):
        element = next(wait.element_id for wait in story.open.values() if wait.kind == "incident")
        story.retry(element)
    assert story.waiting == ["Ask"]
    assert story.variables["n"] == 31


def test_terminating_what_was_paused_lets_the_rest_go_on() -> None:
    """It stopped several branches with one incident: the others would have stood still for ever."""
    tasks = " -> ".join(f"task:A{number}" for number in range(40))
    story = Story(
        f"""
        start -> and:Fork
        Fork -> {tasks} -> user:Ask -> end
        Fork -> {tasks.replace("A", "B")} -> user:Beside -> end:E
        """,
        limits=Limits(engine_steps=50),
    )
    [paused] = story.waiting
    modify(story, terminate=[{"elementId": paused.rstrip("!")}])
    assert story.waiting in (["Ask"], ["Beside"])


def test_a_handler_outlives_the_event_that_called_it() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> service:A -> throw:Undo(compensate=) -> end:E1
        Fork -> user:Ask -> end:E2
        boundary:On(on=A; handler=UndoA)
        user:UndoA(handler=1)
        """
    )
    modify(story.done("A"), terminate=[{"elementId": "Undo"}])
    assert story.waiting == ["Ask", "UndoA"]
    assert story.done("UndoA").done("Ask").ended == "COMPLETED"


def test_nothing_is_activated_in_an_instance_that_is_being_cancelled() -> None:
    story = Story("start -> user:A(on_cancel=undo) -> end")
    story.take(runtime.cancel(story.definition, story.state, context=story.context))
    with pytest.raises(Conflict):
        modify(story, activate=[{"elementId": "A"}])
    assert story.done("A").ended == "TERMINATED"


def test_what_is_about_to_happen_moves_along() -> None:
    """A boundary event waits for the cancel listener of its task: its new name is kept in mind."""
    text = "start -> user:A(on_cancel=undo) -> end\nboundary:B(on=A; timer=PT1H) -> user:C -> end:E"
    story = Story(text).later(hours=1)
    assert verdict(story, "start -> user:A(on_cancel=undo) -> end")[0].rule == "migration-event"
    migrate(story, text.replace("boundary:B", "boundary:Late"), {"B": "Late"})
    assert story.done("A").waiting == ["C"]
    assert "Late COMPLETED" in story.told


def test_a_job_that_nobody_would_be_given_is_an_incident() -> None:
    story = Story("start -> service:A(retries== n) -> end", given={"n": 0})
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"
    assert story.set(n=2).retry("A").wait("A").data["retries"] == 2
