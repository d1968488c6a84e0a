"""Subprocesses of every kind: embedded, event, transaction, ad-hoc; compensation."""

from tests.support.story import Story


def test_an_embedded_subprocess_runs_in_a_scope_of_its_own() -> None:
    story = Story(
        """
        start -> sub:Work(in.x== a; out.b== y) -> user:After -> end
        Work {
            start:S -> script:Add(expression== x + 1; result=y; out.y== y) -> user:Look -> end:E
        }
        """,
        given={"a": 1},
    )
    assert story.visible("Look") == {"a": 1, "x": 1, "y": 2}
    story.done("Look")
    assert story.waiting == ["After"]
    assert story.variables["b"] == 2


def test_an_interrupting_event_subprocess_ends_the_rest_of_the_process() -> None:
    """SpiffWorkflow fault 5: it did not interrupt. H-7: a customer asks not to be contacted."""
    story = Story(
        """
        start -> user:Write -> end
        eventsub:Stop {
            start:Asked(message=preference.changed; key== customer) -> user:Tidy -> end:Stopped
        }
        """,
        given={"customer": "c-1"},
    )
    assert story.waiting == ["Asked", "Write"]
    story.done("Asked", why="tired")
    assert story.waiting == ["Tidy"]
    assert "Write TERMINATED" in story.told
    assert story.done("Tidy").ended == "COMPLETED"
    assert story.variables == {"customer": "c-1", "why": "tired"}


def test_a_non_interrupting_event_subprocess_runs_beside_and_again() -> None:
    story = Story(
        """
        start -> user:Write -> end
        eventsub:Beside {
            start:Asked(message=ask; key== 1; keep) -> user:Answer -> end:Answered
        }
        """
    )
    story.done("Asked").done("Asked")
    assert story.waiting == ["Answer", "Answer", "Asked", "Write"]
    story.done("Write")
    assert story.waiting == ["Answer", "Answer", "Asked"]
    assert story.done("Answer").done("Answer").ended == "COMPLETED"


def test_an_error_event_subprocess_waits_for_its_error() -> None:
    """SpiffWorkflow fault 5: error event subprocesses ran when the process started."""
    story = Story(
        """
        start -> service:Pay -> end
        eventsub:Repair {
            start:Broke(error=broke) -> user:Fix -> end:Fixed
        }
        """
    )
    assert story.waiting == ["Pay"]
    story.throw("Pay", "broke")
    assert story.waiting == ["Fix"]


def test_a_nested_event_subprocess_fires_before_the_boundary_event() -> None:
    """SpiffWorkflow fault 5: nested ones never fired."""
    story = Story(
        """
        start -> sub:Work -> user:After -> end
        boundary:Failed(on=Work; error=x) -> end:F
        Work {
            start:S -> service:Pay -> end:E
            eventsub:Repair {
                start:Broke(error=x) -> user:Fix -> end:Fixed
            }
        }
        """
    )
    story.throw("Pay", "x")
    assert story.waiting == ["Fix"]
    assert story.done("Fix").waiting == ["After"]


def test_event_subprocesses_leave_the_shared_definition_alone() -> None:
    """SpiffWorkflow fault 5: triggering one changed the specification of all instances."""
    text = """
        start -> user:Write -> end
        eventsub:Stop {
            start:Asked(timer=PT1H) -> user:Tidy -> end:Stopped
        }
        """
    first = Story(text)
    first.later(hours=1)
    assert first.waiting == ["Tidy"]
    second = Story(text)
    assert second.definition.spec is first.definition.spec
    assert second.waiting == ["Asked", "Write"]


def test_escalation_signal_and_condition_start_event_subprocesses() -> None:
    story = Story(
        """
        start -> user:Write -> throw:Up(escalation=up) -> user:Rest -> end
        eventsub:OnSignal {
            start:Heard(signal=hey; keep) -> user:A -> end:EA
        }
        eventsub:OnCondition {
            start:Became(condition== x > 1; keep) -> user:B -> end:EB
        }
        eventsub:OnEscalation {
            start:Raised(escalation=up; keep) -> user:C -> end:EC
        }
        """,
        given={"x": 0},
    )
    story.done("Heard").set(x=2).done("Write")
    assert story.waiting == ["A", "B", "Became", "C", "Heard", "Rest"]


def test_a_throw_event_compensates_what_was_completed() -> None:
    story = Story(
        """
        start -> service:Hotel -> service:Flight -> user:Check -> throw:Undo(compensate=) -> end
        boundary:UndoHotel(on=Hotel; handler=CancelHotel)
        boundary:UndoFlight(on=Flight; handler=CancelFlight)
        service:CancelHotel(handler=1)
        service:CancelFlight(handler=1)
        """
    )
    story.done("Hotel").done("Flight").done("Check")
    assert story.waiting == ["CancelFlight", "CancelHotel"]
    story.done("CancelHotel")
    assert story.ended is None
    assert story.done("CancelFlight").ended == "COMPLETED"


def test_only_what_was_completed_is_compensated() -> None:
    story = Story(
        """
        start -> service:Hotel -> throw:Undo(compensate=Hotel) -> end
        boundary:UndoHotel(on=Hotel; handler=CancelHotel)
        service:CancelHotel(handler=1)
        service:Flight -> end:E
        boundary:UndoFlight(on=Flight; handler=CancelFlight)
        service:CancelFlight(handler=1)
        """
    )
    assert story.done("Hotel").waiting == ["CancelHotel"]


def test_a_cancelled_transaction_is_undone_and_leaves_by_its_cancel_event() -> None:
    story = Story(
        """
        start -> transaction:Book -> end
        boundary:Cancelled(on=Book; cancel) -> user:Sorry -> end:S
        Book {
            start:SB -> service:Hotel -> user:Ok -> end:Stop(cancel)
            boundary:UndoHotel(on=Hotel; handler=CancelHotel)
            service:CancelHotel(handler=1)
        }
        """
    )
    story.done("Hotel").done("Ok")
    assert story.waiting == ["CancelHotel"]
    story.done("CancelHotel")
    assert story.waiting == ["Sorry"]
    assert "Book TERMINATED" in story.told


def test_an_ad_hoc_subprocess_activates_what_its_collection_names() -> None:
    story = Story(
        """
        start -> adhoc:Any(active== names; collect=out; element== answer) -> user:After -> end
        Any {
            user:A
            user:B
            user:C
        }
        """,
        given={"names": ["A", "C"]},
    )
    assert story.waiting == ["A", "C"]
    story.done("A", answer=1).done("C", answer=2)
    assert story.waiting == ["After"]
    assert story.variables == {"names": ["A", "C"], "out": [1, 2]}


def test_an_ad_hoc_subprocess_ends_by_its_condition_and_cancels_the_rest() -> None:
    story = Story(
        """
        start -> adhoc:Any(active== ["A", "B"]; until== ok) -> end
        Any {
            user:A
            user:B
        }
        """
    )
    assert story.done("A", ok=True).ended == "COMPLETED"
    assert "B TERMINATED" in story.told


def test_a_worker_may_steer_an_ad_hoc_subprocess() -> None:
    story = Story(
        """
        start -> adhoc:Agent(type=agent) -> end
        Agent {
            user:A
            user:B
        }
        """
    )
    assert story.wait("Agent").data["job_kind"] == "AD_HOC_SUB_PROCESS"
    story.decide("Agent", activate_elements=[{"element_id": "B", "variables": {"x": 1}}])
    assert story.waiting == ["B"]
    story.done("B")
    assert story.waiting == ["Agent"]
    story.decide("Agent", is_completion_condition_fulfilled=True)
    assert story.ended == "COMPLETED"
