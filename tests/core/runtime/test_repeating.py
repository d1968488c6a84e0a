"""Repeating activities and ad-hoc subprocesses: the small print of the dialect."""

import pytest

from tests.support.story import Story


def test_the_completion_condition_sees_how_many_there_are() -> None:
    seen = "[numberOfInstances, numberOfActiveInstances, numberOfCompletedInstances, "
    seen += "numberOfTerminatedInstances] = [3, 2, 1, 0]"
    story = Story(f"start -> user:Ask(times== 3; until== {seen}) -> user:Next -> end")
    assert story.done("Ask").waiting == ["Next"]


def test_a_completion_condition_that_is_no_boolean_is_an_incident() -> None:
    story = Story("start -> user:Ask(times== 2; until== enough) -> user:Next -> end")
    story.done("Ask")
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"
    assert story.set(enough=True).retry("Ask").waiting == ["Next"]


def test_a_result_named_by_the_output_element_stays_inside_its_instance() -> None:
    story = Story(
        "start -> service:Rate(each== [1, 2]; collect=out; element== score) -> user:Next -> end"
    )
    story.done("Rate", score=5).done("Rate", score=7)
    assert story.variables == {"out": [5, 7]}


def test_a_subprocess_may_loop_and_counts_its_turns() -> None:
    story = Story(
        """
        start -> sub:Work(while== loopCounter < 3) -> end
        Work {
            start:S -> user:Ask -> end:E
        }
        """
    )
    for turn in (1, 2, 3):
        assert story.visible("Ask")["loopCounter"] == turn
        story.done("Ask")
    assert story.ended == "COMPLETED"


# -- ad-hoc subprocesses --------------------------------------------------------------------------


def test_elements_of_an_ad_hoc_subprocess_may_be_connected() -> None:
    story = Story(
        """
        start -> adhoc:Any(active== ["A"]) -> user:After -> end
        Any {
            user:A -> user:B
            user:C
        }
        """
    )
    assert story.done("A").waiting == ["B"]
    assert story.done("B").waiting == ["After"]


def test_what_happens_inside_an_ad_hoc_subprocess_stays_there_but_its_outputs() -> None:
    story = Story(
        """
        start -> adhoc:Any(active== ["A"]; collect=marks; element== mark; out.best== max(marks))
        Any -> user:After -> end
        Any {
            user:A
        }
        """
    )
    story.done("A", mark=4, secret=1)
    assert story.variables == {"marks": [4], "best": 4}


def test_the_rest_may_go_on_when_the_condition_of_an_ad_hoc_subprocess_holds() -> None:
    story = Story(
        """
        start -> adhoc:Any(active== ["A", "B"]; until== true; cancel_remaining=false)
        Any -> user:After -> end
        Any {
            user:A
            user:B
        }
        """
    )
    assert story.done("A").waiting == ["B"]
    assert story.done("B").waiting == ["After"]


def test_the_worker_is_asked_anew_after_each_element_whatever_else_waits() -> None:
    story = Story(
        """
        start -> adhoc:Agent(type=agent) -> end
        boundary:Late(on=Agent; timer=P1D) -> end:TooLate
        Agent {
            user:A
            user:B
        }
        """
    )
    known = story.visible("Agent")["adHocSubProcessElements"]
    assert [each["elementId"] for each in known] == ["A", "B"]
    story.decide("Agent", activate_elements=[{"element_id": "A"}, {"element_id": "B"}])
    assert story.waiting == ["A", "B", "Late"]
    story.done("A")
    first = story.wait("Agent")
    story.done("B")
    assert story.wait("Agent").key != first.key, "the question of before is out of date"
    story.decide(
        "Agent",
        activate_elements=[{"element_id": "B"}],
        is_completion_condition_fulfilled=True,
    )
    assert story.waiting == ["B", "Late"]
    assert story.done("B").ended == "COMPLETED"


def test_the_worker_may_cancel_what_still_runs() -> None:
    story = Story(
        """
        start -> adhoc:Agent(type=agent; active== ["A"]) -> end
        Agent {
            user:A
            user:B
        }
        """
    )
    assert story.waiting == ["A", "Agent"]
    story.decide(
        "Agent", is_cancel_remaining_instances=True, is_completion_condition_fulfilled=True
    )
    assert story.ended == "COMPLETED"
    assert "A TERMINATED" in story.told


def test_an_event_subprocess_interrupts_an_ad_hoc_subprocess() -> None:
    story = Story(
        """
        start -> adhoc:Any(active== ["A", "B"]) -> user:After -> end
        Any {
            user:A
            user:B
            eventsub:Stop {
                start:Asked(signal=stop) -> user:Tidy -> end:Done
            }
        }
        """
    )
    assert story.done("Asked").waiting == ["Tidy"]
    assert story.done("Tidy").waiting == ["After"]


@pytest.mark.parametrize(
    ("element", "result", "collected"),
    [
        ("loopCounter", 5, [1, 2]),
        ("i", 5, ["a", "b"]),
        ("score", 5, [5, 5]),
        ("score.points", {"points": 7}, [7, 7]),
    ],
)
def test_the_output_element_may_be_any_name_of_the_instance(
    element: str, result: object, collected: list[object]
) -> None:
    text = 'service:Rate(each== ["a", "b"]; item=i; collect=out; element== '
    story = Story(f"start -> {text}{element}) -> user:Next -> end")
    story.done("Rate", score=result).done("Rate", score=result)
    assert story.variables["out"] == collected
    assert ("score" in story.variables) == ("score" not in element), "what it names stays inside"


def test_an_output_mapping_may_write_the_output_element_of_its_instance() -> None:
    """As the documentation of Camunda advises for calls in parallel."""
    repeated = "each== [1, 2]; collect=out; element== output; out.output== x; out.last== x"
    story = Story(f"start -> call:Sub(process=child; {repeated}) -> user:Next -> end")
    assert story.done("Sub", x=1).done("Sub", x=2).variables == {"out": [1, 2], "last": 2}


def test_what_is_collected_so_far_is_seen_inside() -> None:
    story = Story(
        "start -> service:A(each== [5, 6, 7]; collect=out; element== r; sequential) -> end",
        given={"out": "of another time"},
    )
    assert story.visible("A")["out"] == [None, None, None]
    assert story.done("A", r=1).visible("A")["out"] == [1, None, None]
    assert story.done("A", r=2).done("A", r=3).variables == {"out": [1, 2, 3]}


def test_one_after_the_other_adds_to_what_is_collected() -> None:
    repeated = "each== [5, 6, 7]; item=i; collect=out; element== r; sequential"
    add = "sum([0, out[loopCounter - 1], i][item != null])"
    story = Story(f"start -> script:Sum({repeated}; expression== {add}; result=r) -> end")
    assert story.variables["out"] == [5, 11, 18]


def test_the_completion_condition_sees_the_instance_that_completed() -> None:
    story = Story("start -> user:Ask(each== [10, 20, 30]; item=i; until== i = 20) -> user:N -> end")
    first, second, _ = sorted(story.open.values(), key=lambda wait: wait.key)
    assert story.done(first).waiting == ["Ask", "Ask"]
    assert story.done(second).waiting == ["N"]


def test_one_after_the_other_counts_the_instances_that_were_begun() -> None:
    """As in Camunda 8: `numberOfInstances` are those created."""
    text = "start -> user:Ask(each== [1, 2, 3]; sequential; until== {}) -> user:N -> end"
    story = Story(text.format("numberOfInstances = 2")).done("Ask")
    assert story.waiting == ["Ask"]
    assert story.done("Ask").waiting == ["N"]
    assert Story(text.format("numberOfActiveInstances = 0")).done("Ask").waiting == ["N"]


def test_what_ends_early_collects_null_for_the_rest_and_what_is_interrupted_nothing() -> None:
    text = """
        start -> user:Ask(each== [1, 2, 3]; collect=out; element== r; until== r = 3)
        Ask -> user:N -> end
        boundary:Late(on=Ask; timer=PT1H) -> user:Stop -> end:E
        """
    story = Story(text).done("Ask", r=1).done("Ask", r=3)
    assert story.variables == {"out": [1, 3, None]}
    assert Story(text).done("Ask", r=1).later(hours=1).variables == {}


def test_repeated_inside_repeated_may_use_the_same_names() -> None:
    story = Story(
        """
        start -> sub:Outer(each== [1, 2]; item=x; collect=out; element== mid) -> end
        Outer {
            start:S -> sub:Inner(each== [10, 20]; item=x; collect=mid; element== r) -> end:E
            Inner {
                start:I -> script:Sum(expression== x + loopCounter; out.r== it; result=it) -> end:J
            }
        }
        """
    )
    assert story.variables["out"] == [[11, 22], [11, 22]]


def test_activities_of_an_ad_hoc_subprocess_write_what_it_has_itself() -> None:
    story = Story(
        """
        start -> adhoc:Any(in.sum== []; active== ["A", "B"]; out.all== sum) -> user:Next -> end
        Any {
            service:A(out.sum== append(sum, 1))
            service:B(out.sum== append(sum, 2); out.other== 3)
        }
        """
    )
    assert story.done("A").done("B").variables == {"all": [1, 2]}


def test_a_condition_of_an_ad_hoc_subprocess_that_fails_collects_nothing_twice() -> None:
    story = Story(
        """
        start -> adhoc:Any(active== ["A", "B"]; collect=out; element== r; until== enough) -> end
        Any {
            service:A
            service:B
        }
        """
    )
    story.done("A", r=1)
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"
    story.set(enough=False).retry("Any").set(enough=True)
    assert story.done("B", r=2).variables["out"] == [1, 2]
