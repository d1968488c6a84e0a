"""Listeners: jobs before and after an element, at its cancelling, at each change of a task."""

import pytest

from engine import runtime
from engine.errors import Conflict, Invalid
from tests.support.story import Story


def cancel(story: Story) -> Story:
    step = runtime.cancel(story.definition, story.state, context=story.context)
    return story.take(step)


def change(story: Story, event: str, **changes: object) -> Story:
    """A person assigns or updates the task."""
    step = runtime.change_task(
        story.definition,
        story.state,
        story.wait("Ask", "user_task"),
        changes,
        event=event,
        context=story.context,
    )
    return story.take(step)


def task(story: Story) -> dict[str, object]:
    return story.wait("Ask", "user_task").data


def hears(story: Story) -> tuple[str, str]:
    """The type and the event of the listener's job."""
    said = story.wait("Ask", "job").data
    return said["type"], said["listener_event"]


# -- execution listeners -----------------------------------------------------------------------


def test_listeners_are_jobs_before_and_after() -> None:
    story = Story("start -> user:Ask(on_start=prepare,notify; on_end=tidy) -> end")
    assert hears(story) == ("prepare", "START")
    assert story.wait("Ask").data["job_kind"] == "EXECUTION_LISTENER"
    story.done("Ask", local=1)
    assert hears(story) == ("notify", "START")
    story.done("Ask")
    assert story.wait("Ask").kind == "user_task"
    assert story.visible("Ask") == {"local": 1}
    story.done("Ask", answer=1)
    assert hears(story) == ("tidy", "END")
    story.done("Ask", tidied=True)
    assert story.variables == {"answer": 1, "tidied": True}


def test_inputs_come_before_start_listeners_and_outputs_before_end_listeners() -> None:
    """Rule 4: inputs, start listeners, boundary events, behaviour, outputs, end listeners."""
    story = Story(
        """
        start -> service:Ask(in.x== 1; on_start=prepare; on_end=tidy; out.y== x) -> end
        boundary:Late(on=Ask; timer=PT1H) -> end:E
        """
    )
    assert story.visible("Ask") == {"x": 1}
    assert story.waiting == ["Ask"], "no boundary event before the start listeners are done"
    story.done("Ask", x=2)
    assert story.waiting == ["Ask", "Late"]
    story.done("Ask")
    assert hears(story) == ("tidy", "END")
    assert story.variables == {"y": 2}
    assert story.waiting == ["Ask"], "boundary events end with the behaviour"


def test_the_process_its_gateways_and_its_events_have_listeners_too() -> None:
    story = Story(
        """
        start(on_end=begun) -> xor:How(on_start=decide)
        How -[big]-> catch:Wait(timer=PT1H; on_start=sleep; on_end=wake) -> end(on_start=bye)
        How -/-> end:Small
        """,
        attributes='<zeebe:executionListeners><zeebe:executionListener eventType="start" '
        'type="open"/><zeebe:executionListener eventType="end" type="shut"/>'
        "</zeebe:executionListeners>",
    )
    types = []
    while story.ended is None:
        wait = min(story.open.values(), key=lambda wait: wait.key)
        types.append(wait.data.get("type", "(timer)"))
        story.done(wait, **({"big": True} if wait.data.get("type") == "decide" else {}))
    assert types == ["open", "begun", "decide", "sleep", "(timer)", "wake", "bye", "shut"]


def test_a_multi_instance_body_has_a_listener_before_all() -> None:
    story = Story(
        "start -> user:Ask(each== items; item=i; on_beforeAll=load; on_start=one) -> end",
    )
    assert hears(story) == ("load", "BEFORE_ALL")
    story.done("Ask", items=["a", "b"])
    assert story.waiting == ["Ask", "Ask"]
    assert hears(story) == ("one", "START")


def test_a_listeners_headers_come_before_those_of_the_element() -> None:
    story = Story("start -> service:Ask(on_start=prepare; header.a=1; header.b=2) -> end")
    assert story.wait("Ask").data["headers"] == {"a": "1", "b": "2"}


def test_a_listener_without_retries_is_an_incident_and_goes_on_when_resolved() -> None:
    story = Story("start -> user:Ask(on_start=prepare) -> end")
    story.fail("Ask", "EXECUTION_LISTENER_NO_RETRIES")
    assert story.waiting == ["Ask", "Ask!"]
    story.retry("Ask").done("Ask")
    assert story.wait("Ask").kind == "user_task"


def test_a_listener_throws_no_business_error() -> None:
    story = Story(
        """
        start -> user:Ask(on_start=prepare) -> end
        boundary:No(on=Ask; error=) -> end:E
        """
    )
    story.throw("Ask", "broke")
    assert story.incident()["error_type"] == "UNHANDLED_ERROR_EVENT"
    assert story.waiting == ["Ask", "Ask!"]


# -- cancel listeners --------------------------------------------------------------------------


def test_a_cancel_listener_is_heard_before_the_boundary_event_goes_on() -> None:
    story = Story(
        """
        start -> user:Ask(on_cancel=undo,tell) -> end
        boundary:Late(on=Ask; timer=P1D) -> user:Escalate -> end:E
        """
    )
    story.later(days=1)
    assert story.waiting == ["Ask"]
    assert hears(story) == ("undo", "CANCEL")
    story.done("Ask")
    assert hears(story) == ("tell", "CANCEL")
    story.done("Ask")
    assert story.waiting == ["Escalate"]
    assert "Ask TERMINATED" in story.told


def test_a_subprocess_is_cancelled_when_all_inside_it_is() -> None:
    story = Story(
        """
        start -> sub:Work(on_cancel=outer) -> end
        boundary:Stop(on=Work; message=stop; key== 1) -> user:After -> end:E
        Work {
            start:S -> and:Fork
            Fork -> user:A(on_cancel=inner) -> end:EA
            Fork -> user:B -> end:EB
        }
        """
    )
    story.done("Stop")
    assert story.waiting == ["A"]
    assert "B TERMINATED" in story.told
    story.done("A")
    assert story.wait("Work").data["type"] == "outer"
    assert story.done("Work").waiting == ["After"]


def test_an_event_subprocess_waits_for_the_cancel_listeners_of_what_it_interrupts() -> None:
    story = Story(
        """
        start -> user:Ask(on_cancel=undo) -> end
        eventsub:Stop {
            start:Asked(message=stop; key== 1) -> user:Tidy -> end:Stopped
        }
        """
    )
    story.done("Asked", why="tired")
    assert story.waiting == ["Ask"]
    story.done("Ask")
    assert story.waiting == ["Tidy"]
    assert story.variables == {"why": "tired"}


def test_cancelling_an_instance_hears_its_listeners_and_told_twice_it_does_not() -> None:
    text = "start -> user:Ask(on_cancel=undo) -> end"
    story = cancel(Story(text))
    assert story.ended is None
    assert story.waiting == ["Ask"]
    assert story.done("Ask").ended == "TERMINATED"
    assert cancel(cancel(Story(text))).ended == "TERMINATED"


def test_a_terminated_element_with_a_cancel_listener_ends_its_scopes_afterwards() -> None:
    story = Story("start -> sub:Work -> user:After -> end\nWork {\nuser:Ask(on_cancel=undo)\n}")
    step = runtime.modify(
        story.definition,
        story.state,
        terminate=[{"elementId": "Ask"}],
        context=story.context,
    )
    assert story.take(step).waiting == ["Ask"]
    assert story.done("Ask").ended == "TERMINATED"


def test_a_multi_instance_that_is_satisfied_waits_for_the_cancel_listeners_of_the_rest() -> None:
    story = Story(
        "start -> user:Ask(each== [1, 2]; until== true; on_cancel=undo) -> user:After -> end"
    )
    story.done("Ask")
    assert hears(story) == ("undo", "CANCEL")
    assert story.done("Ask").waiting == ["After"]


def test_a_cancel_listener_that_cannot_be_made_is_an_incident() -> None:
    story = Story(
        "start -> user:Ask(on_cancel== kind) -> end\nboundary:L(on=Ask; timer=PT1H) -> end:E"
    )
    story.later(hours=1)
    assert story.waiting == ["Ask!"]
    story.set(kind="undo").retry("Ask")
    assert hears(story) == ("undo", "CANCEL")
    assert story.done("Ask").ended == "COMPLETED"


# -- task listeners ----------------------------------------------------------------------------


def test_task_listeners_hear_and_may_deny_a_completion() -> None:
    story = Story("start -> user:Ask(task_creating=warm; task_completing=judge) -> end")
    assert hears(story) == ("warm", "CREATING")
    assert task(story)["state"] == "CREATING"
    story.done(story.wait("Ask", "job"))
    assert task(story)["state"] == "CREATED"
    person = story.wait("Ask")
    story.done(person, answer=1)
    assert task(story)["state"] == "COMPLETING"
    assert story.wait("Ask", "job").data["job_kind"] == "TASK_LISTENER"
    with pytest.raises(Conflict):
        story.done(person, answer=1)
    story.decide("Ask", denied=True, denied_reason="too little")
    assert task(story)["state"] == "CREATED"
    assert list(story.open) == [person.key]
    story.done(person, answer=2)
    story.done(story.wait("Ask", "job"))
    assert story.variables == {"answer": 2}
    assert story.ended == "COMPLETED"


def test_a_task_that_is_being_created_cannot_be_completed() -> None:
    story = Story("start -> user:Ask(task_creating=warm) -> end")
    with pytest.raises(Conflict):
        story.done(story.wait("Ask", "user_task"), answer=1)


def test_a_creating_listener_corrects_the_task() -> None:
    story = Story("start -> user:Ask(assignee=alice; priority=10; task_creating=plan) -> end")
    story.decide(
        "Ask",
        corrections={
            "assignee": "bob",
            "priority": 90,
            "due_date": "2026-02-01T12:00:00+03:30",
            "candidate_groups": ["sales"],
            "follow_up_date": None,
        },
    )
    assert task(story)["assignee"] == "bob"
    assert task(story)["priority"] == 90
    assert task(story)["due_at"] == "2026-02-01T08:30:00+00:00"
    assert task(story)["candidate_groups"] == ["sales"]
    assert task(story)["state"] == "CREATED"


@pytest.mark.parametrize(
    "corrections", [{"priority": 101}, {"due_date": "soon"}, {"name": "x"}, {"priority": True}]
)
def test_an_impossible_correction_is_refused(corrections: dict[str, object]) -> None:
    story = Story("start -> user:Ask(task_creating=plan) -> end")
    with pytest.raises(Invalid):
        story.decide("Ask", corrections=corrections)


def test_a_creating_listener_cannot_deny() -> None:
    story = Story("start -> user:Ask(task_creating=plan) -> end")
    with pytest.raises(Invalid):
        story.decide("Ask", denied=True)


def test_an_assigning_listener_hears_the_first_assignee_too() -> None:
    story = Story("start -> user:Ask(assignee=alice; task_assigning=may) -> end")
    assert hears(story) == ("may", "ASSIGNING")
    assert task(story)["assignee"] is None
    story.decide("Ask")
    assert task(story)["assignee"] == "alice"
    assert task(story)["state"] == "CREATED"


def test_a_denied_first_assignment_leaves_the_task_to_nobody() -> None:
    story = Story("start -> user:Ask(assignee=alice; task_assigning=may) -> end")
    story.decide("Ask", denied=True)
    assert task(story)["assignee"] is None
    assert task(story)["state"] == "CREATED"


def test_assigning_waits_for_its_listeners_who_may_deny_or_correct_it() -> None:
    story = Story("start -> user:Ask(task_assigning=first,second) -> end")
    change(story, "assigning", assignee="alice")
    assert task(story)["assignee"] is None
    with pytest.raises(Conflict):
        change(story, "assigning", assignee="bob")
    story.decide("Ask", corrections={"assignee": "charlie"})
    assert hears(story) == ("second", "ASSIGNING")
    story.decide("Ask")
    assert task(story)["assignee"] == "charlie"
    change(story, "assigning", assignee="alice")
    story.decide("Ask", denied=True)
    assert task(story)["assignee"] == "charlie"


def test_updating_waits_for_its_listeners() -> None:
    story = Story("start -> user:Ask(priority=10; task_updating=check) -> end")
    change(story, "updating", priority=99)
    assert task(story)["state"] == "UPDATING"
    assert task(story)["priority"] == 10
    story.decide("Ask")
    assert task(story)["priority"] == 99


def test_without_a_listener_a_change_is_done_at_once() -> None:
    story = change(Story("start -> user:Ask -> end"), "assigning", assignee="alice")
    assert task(story)["assignee"] == "alice"
    assert story.waiting == ["Ask"]


def test_a_canceling_listener_is_heard_while_the_task_is_still_there() -> None:
    story = Story(
        """
        start -> user:Ask(task_canceling=tell; on_cancel=undo) -> end
        boundary:Late(on=Ask; timer=P1D) -> end:E
        """
    )
    person = story.wait("Ask")
    story.later(days=1)
    assert hears(story) == ("tell", "CANCELING")
    assert task(story)["state"] == "CANCELING"
    with pytest.raises(Conflict):
        story.done(person)
    story.done(story.wait("Ask", "job"))
    assert hears(story) == ("undo", "CANCEL")
    assert story.done(story.wait("Ask", "job")).ended == "COMPLETED"


def test_a_task_listener_out_of_retries_is_an_incident() -> None:
    story = Story("start -> user:Ask(task_completing=judge) -> end")
    story.done("Ask", answer=1)
    job = story.wait("Ask", "job")
    step = runtime.fail(
        story.definition,
        story.state,
        job,
        error_type="TASK_LISTENER_NO_RETRIES",
        message="down",
        context=story.context,
    )
    story.take(step).retry("Ask").done(job)
    assert story.variables == {"answer": 1}
