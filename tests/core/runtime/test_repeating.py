"""Repeating activities and ad-hoc subprocesses: the small print of the dialect."""

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
