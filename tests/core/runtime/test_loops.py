"""Multi-instance: in turn and at once, results by index, conditions, boundary events."""

import pytest

from tests.support.story import Story


def test_parallel_items_are_worked_on_at_once_and_results_keep_their_order() -> None:
    story = Story(
        """
        start -> user:Ask(each== names; item=name; collect=answers; element== answer) -> end
        """,
        given={"names": ["Ann", "Bea", "Cid"]},
    )
    assert story.waiting == ["Ask", "Ask", "Ask"]
    third = max(story.open)
    assert story.state["scopes"][str(story.open[third].element_instance_key)] == {
        "loopCounter": 3,
        "name": "Cid",
        "answer": None,
    }
    story.done(story.open[third], answer="c")
    story.done("Ask", answer="a").done("Ask", answer="b")
    assert story.variables == {"names": ["Ann", "Bea", "Cid"], "answers": ["a", "b", "c"]}


def test_sequential_items_come_one_after_the_other() -> None:
    story = Story(
        """
        start -> user:Ask(each== names; item=name; collect=all; element== name; sequential) -> end
        """,
        given={"names": ["Ann", "Bea"]},
    )
    assert story.visible("Ask")["name"] == "Ann"
    story.done("Ask")
    assert story.visible("Ask")["name"] == "Bea"
    story.done("Ask")
    assert story.variables["all"] == ["Ann", "Bea"]


@pytest.mark.parametrize("sequential", ["", "; sequential"])
def test_null_items_and_empty_lists_are_no_trouble(sequential: str) -> None:
    """SpiffWorkflow fault 12: a None item stalled a sequential multi-instance."""
    text = f"start -> task:T(each== items; item=x; collect=out; element== x{sequential}) -> end"
    assert Story(text, given={"items": [None, 1, None]}).variables["out"] == [None, 1, None]
    assert Story(text, given={"items": []}).variables["out"] == []


def test_what_is_no_list_is_an_incident_on_the_body() -> None:
    story = Story("start -> task:T(each== items) -> user:After -> end", given={"items": 5})
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"
    assert story.set(items=[1]).retry("T").waiting == ["After"]


def test_the_completion_condition_ends_the_rest() -> None:
    story = Story(
        """
        start -> user:Vote(each== [1, 2, 3]; collect=votes; element== vote; until== COUNT) -> end
        """.replace("COUNT", "numberOfCompletedInstances > 1")
    )
    story.done("Vote", vote="yes")
    assert story.waiting == ["Vote", "Vote"]
    story.done("Vote", vote="no")
    assert story.variables["votes"] == ["yes", "no", None]


def test_a_subprocess_per_item_has_variables_of_its_own() -> None:
    story = Story(
        """
        start -> sub:Each(each== [1, 2]; item=n; collect=out; element== twice) -> end
        Each {
            start:S -> script:Double(expression== n + n; result=twice) -> user:Look -> end:E
        }
        """
    )
    assert story.waiting == ["Look", "Look"]
    story.done("Look").done("Look")
    assert story.variables == {"out": [2, 4]}


def test_one_child_instance_per_item() -> None:
    story = Story(
        "start -> call:Sub(process=c; each== [1, 2]; item=n; collect=out; element== r) -> end"
    )
    assert [wait.data["variables"]["n"] for wait in story.open.values()] == [1, 2]
    story.done("Sub", r="a").done("Sub", r="b")
    assert story.variables["out"] == ["a", "b"]


def test_a_boundary_event_sits_on_the_body() -> None:
    story = Story(
        """
        start -> user:Ask(each== [1, 2, 3]) -> end
        boundary:Late(on=Ask; timer=PT1H) -> end:TooLate
        """
    )
    assert story.waiting == ["Ask", "Ask", "Ask", "Late"]
    story.later(hours=1)
    assert story.ended == "COMPLETED"
    assert story.told[-1] == "TooLate COMPLETED"


def test_a_cardinality_of_another_tool_runs_too() -> None:
    assert Story("start -> user:Ask(times== 3) -> end").waiting == ["Ask", "Ask", "Ask"]


def test_more_items_than_allowed_is_an_incident() -> None:
    story = Story("start -> task:T(each== items) -> end", given={"items": [0] * 1001})
    assert "1000" in story.incident()["message"]


def test_a_thousand_items_run_at_once() -> None:
    story = Story(
        "start -> task:T(each== items; item=i; collect=out; element== i) -> end",
        given={"items": list(range(1000))},
    )
    assert story.variables["out"] == list(range(1000))
