"""Events: timers, messages, signals, errors, escalations, conditions; where they are caught."""

from tests.support.story import Story


def test_a_timer_waits_for_its_time() -> None:
    story = Story("start -> catch:Wait(timer=PT1H) -> end")
    assert story.wait("Wait").data["due_at"] == "2026-01-05T10:00:00+00:00"
    assert story.later(minutes=59).ended is None
    assert story.later(minutes=1).ended == "COMPLETED"


def test_a_timer_takes_a_date_out_of_a_variable() -> None:
    story = Story("start -> catch:Wait(date== when) -> end", given={"when": "2026-01-06T00:00:00Z"})
    assert story.wait("Wait").data["due_at"] == "2026-01-06T00:00:00+00:00"


def test_a_time_that_cannot_be_read_is_an_incident() -> None:
    story = Story("start -> catch:Wait(timer== when) -> end", given={"when": "soon"})
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"
    assert story.set(when="PT1H").retry("Wait").waiting == ["Wait"]


def test_an_interrupting_boundary_timer_ends_the_task() -> None:
    story = Story(
        """
        start -> user:Ask -> end
        boundary:Late(on=Ask; timer=P1D) -> user:Escalate -> end:E
        """
    )
    story.later(days=1)
    assert story.waiting == ["Escalate"]
    assert "Ask TERMINATED" in story.told


def test_a_reminder_repeats_and_leaves_the_task_alone() -> None:
    story = Story(
        """
        start -> user:Ask -> end
        boundary:Remind(on=Ask; cycle=R3/PT1H; keep) -> task:Mail -> end:Sent
        """
    )
    story.later(hours=10)
    assert story.told.count("Mail COMPLETED") == 3
    assert story.waiting == ["Ask"]
    assert story.done("Ask").ended == "COMPLETED"


def test_completing_a_task_closes_its_boundary_events() -> None:
    story = Story(
        """
        start -> user:Ask -> user:Next -> end
        boundary:Late(on=Ask; timer=P1D) -> end:E
        boundary:Off(on=Ask; message=off; key== 1; keep) -> end:F
        """
    )
    assert story.done("Ask").waiting == ["Next"]


def test_a_message_brings_its_variables_through_the_mappings() -> None:
    story = Story(
        "start -> catch:Paid(message=paid; key== order; out.sum== amount) -> end",
        given={"order": "o-1"},
    )
    assert story.wait("Paid").data == {"name": "paid", "correlation_key": "o-1"}
    assert story.done("Paid", amount=3, noise=1).variables == {"order": "o-1", "sum": 3}


def test_a_correlation_key_that_is_null_is_an_incident() -> None:
    story = Story("start -> catch:Paid(message=paid; key== order) -> end")
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"


def test_a_message_may_come_again_and_again() -> None:
    """SpiffWorkflow fault 7: non-interrupting message events fired once only."""
    story = Story(
        """
        start -> user:Ask -> end
        boundary:Note(on=Ask; message=note; key== 1; keep) -> task:Log -> end:E
        """
    )
    for _ in range(3):
        story.done("Note")
    assert story.told.count("Log COMPLETED") == 3
    assert story.waiting == ["Ask", "Note"]


def test_a_signal_is_caught_and_thrown() -> None:
    story = Story(
        """
        start -> catch:Wait(signal=go) -> throw:Tell(signal=gone; in.who== name)
        Tell -> end:Done(signal=over)
        """,
        given={"name": "Ann"},
    )
    assert story.wait("Wait").data == {"name": "go"}
    story.done("Wait")
    assert story.signals == [
        {"name": "gone", "variables": {"who": "Ann"}, "chain": 1, "thrown_by": 1},
        {"name": "over", "variables": {}, "chain": 1, "thrown_by": 1},
    ]


def test_a_job_error_goes_to_the_boundary_event_of_its_code() -> None:
    story = Story(
        """
        start -> service:Pay -> end
        boundary:NoMoney(on=Pay; error=broke) -> end:Broke
        boundary:Other(on=Pay; error=) -> end:Any
        """
    )
    story.throw("Pay", "broke", sum=3)
    assert story.told[-1] == "Broke COMPLETED"
    assert story.variables == {"sum": 3}


def test_a_catch_all_takes_what_no_code_names() -> None:
    story = Story(
        """
        start -> service:Pay -> end
        boundary:NoMoney(on=Pay; error=broke) -> end:Broke
        boundary:Other(on=Pay; error=) -> end:Any
        """
    )
    assert story.throw("Pay", "fire").told[-1] == "Any COMPLETED"


def test_an_error_nobody_catches_is_an_incident_and_the_job_stays() -> None:
    story = Story("start -> service:Pay -> end")
    story.throw("Pay", "broke")
    assert story.incident()["error_type"] == "UNHANDLED_ERROR_EVENT"
    assert story.waiting == ["Pay", "Pay!"]
    assert story.retry("Pay").waiting == ["Pay"]


def test_an_error_is_caught_only_around_where_it_was_thrown() -> None:
    """SpiffWorkflow fault 4: a sibling's boundary event fired too."""
    story = Story(
        """
        start -> and:Fork
        Fork -> sub:Left -> end:L
        Fork -> sub:Right -> end:R
        boundary:LeftFailed(on=Left; error=x) -> end:LF
        boundary:RightFailed(on=Right; error=x) -> end:RF
        Left {
            start:SL -> user:AskL -> end:EL(error=x)
        }
        Right {
            start:SR -> user:AskR -> end:ER
        }
        """
    )
    story.done("AskL")
    assert story.waiting == ["AskR"]
    assert "LF COMPLETED" in story.told
    assert "RF COMPLETED" not in story.told
    assert "L COMPLETED" not in story.told


def test_an_error_end_event_nobody_catches_does_not_go_on() -> None:
    """SpiffWorkflow fault 4: it continued on the normal path."""
    story = Story(
        """
        start -> sub:Work -> user:After -> end
        Work {
            start:S -> end:E(error=x)
        }
        """
    )
    assert story.waiting == ["E!"]
    assert story.incident()["error_type"] == "UNHANDLED_ERROR_EVENT"


def test_an_error_climbs_to_the_innermost_catcher() -> None:
    story = Story(
        """
        start -> sub:Outer -> end
        boundary:AtOuter(on=Outer; error=x) -> end:OuterFailed
        Outer {
            start:S1 -> sub:Inner -> end:E1
            boundary:AtInner(on=Inner; error=y) -> end:InnerFailed
            Inner {
                start:S2 -> service:Pay -> end:E2
            }
        }
        """
    )
    assert story.throw("Pay", "x").told[-1] == "OuterFailed COMPLETED"


def test_an_error_leaves_a_child_when_its_caller_catches_it() -> None:
    text = "start -> service:Pay -> end"
    child = Story(text, caller={"error": ["broke"], "escalation": []})
    child.throw("Pay", "broke", sum=1)
    assert child.ended == "TERMINATED"
    assert child.last is not None
    assert child.last.thrown == {
        "kind": "error",
        "code": "broke",
        "message": "",
        "variables": {"sum": 1},
    }
    parent = Story(
        """
        start -> call:Sub(process=child) -> end
        boundary:Failed(on=Sub; error=broke) -> end:F
        """
    )
    assert parent.wait("Sub").data["caller"]["error"] == ["broke"]
    assert parent.throw("Sub", "broke", sum=1).told[-1] == "F COMPLETED"


def test_an_escalation_may_leave_the_scope_running() -> None:
    story = Story(
        """
        start -> sub:Work -> end
        boundary:Told(on=Work; escalation=slow; keep) -> user:Boss -> end:B
        Work {
            start:S -> throw:Slow(escalation=slow) -> user:Go -> end:E
        }
        """
    )
    assert story.waiting == ["Boss", "Go"]


def test_an_interrupting_escalation_ends_the_scope() -> None:
    story = Story(
        """
        start -> sub:Work -> end
        boundary:Told(on=Work; escalation=slow) -> user:Boss -> end:B
        Work {
            start:S -> throw:Slow(escalation=slow) -> user:Go -> end:E
        }
        """
    )
    assert story.waiting == ["Boss"]


def test_an_escalation_nobody_catches_is_ignored() -> None:
    story = Story("start -> throw:Slow(escalation=slow) -> user:Go -> end:E(escalation=x)")
    assert story.waiting == ["Go"]
    assert story.last is not None
    assert story.last.ignored == ({"element_id": "Slow", "code": "slow"},), "but it is recorded"
    assert story.done("Go").ended == "COMPLETED"


def test_a_condition_that_becomes_true_goes_on() -> None:
    story = Story("start -> catch:Rich(condition== money > 10) -> end", given={"money": 1})
    assert story.wait("Rich").data == {"names": ["money"]}
    assert story.set(money=5).waiting == ["Rich"]
    assert story.set(money=50).ended == "COMPLETED"


def test_a_condition_that_is_true_already_goes_on_at_once() -> None:
    story = Story("start -> catch:Rich(condition== money > 10) -> end", given={"money": 11})
    assert story.ended == "COMPLETED"


def test_a_condition_fires_at_each_change_while_it_is_true() -> None:
    """As in Camunda 8: a new value that makes it true again counts, a change beside it does not."""
    story = Story(
        """
        start -> user:Ask -> end
        boundary:Hot(on=Ask; condition== heat > 10; keep) -> task:Cool -> end:C
        """,
        given={"heat": 0},
    )
    for heat in (11, 12, 3, 20):
        story.set(heat=heat)
    assert story.told.count("Cool COMPLETED") == 3
    assert story.set(rain=1).told.count("Cool COMPLETED") == 3


def test_a_terminate_end_ends_its_scope_only() -> None:
    story = Story(
        """
        start -> sub:Work -> user:After -> end
        Work {
            start:S -> and:Fork
            Fork -> user:A -> end:Stop(terminate)
            Fork -> user:B -> end:E
        }
        """
    )
    story.done("A")
    assert story.waiting == ["After"]
    assert "B TERMINATED" in story.told


def test_a_message_throw_event_is_a_job() -> None:
    story = Story(
        "start -> throw:Send(message=hello; type=mail) -> end:Bye(message=bye; type=mail)"
    )
    assert story.wait("Send").data["type"] == "mail"
    story.done("Send")
    assert story.done("Bye").ended == "COMPLETED"


def test_a_process_starts_with_a_message() -> None:
    story = Story(
        """
        start:Ordered(message=ordered; out.order== id) -> user:Pack -> end
        start:Plain -> Pack
        """,
        start_element="Ordered",
        message_variables={"id": "o-1"},
    )
    assert story.waiting == ["Pack"]
    assert story.variables == {"order": "o-1"}
    assert [start.name for start in story.definition.start_messages] == ["ordered"]
