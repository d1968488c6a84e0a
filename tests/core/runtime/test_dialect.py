"""Rules of the Camunda 8 dialect that no other story tells: each element's small print."""

from typing import Any

import pytest

from engine import definitions, dmn
from tests.support.bpmn import resource
from tests.support.story import MONDAY, Library, Story

# -- events on borders and in event subprocesses, interrupting and not --------------------------

CATCHES = {
    "message": "message=m; key== 1",
    "signal": "signal== name",
    "timer": "timer=PT1H",
    "condition": "condition== hot",
}


def happens(story: Story, kind: str, event: str) -> Story:
    if kind == "condition":
        return story.set(hot=True)
    return story.done(event)


@pytest.mark.parametrize("kind", sorted(CATCHES))
@pytest.mark.parametrize("keep", ["", "; keep"])
def test_every_trigger_works_on_a_border(kind: str, keep: str) -> None:
    story = Story(
        f"""
        start -> user:Ask -> end
        boundary:On(on=Ask; {CATCHES[kind]}{keep}) -> user:Then -> end:E
        """,
        given={"hot": False, "name": "s"},
    )
    happens(story, kind, "On")
    again = ["On"] if keep and kind != "timer" else []
    assert story.waiting == sorted([*(["Ask"] if keep else []), *again, "Then"])
    assert ("Ask TERMINATED" in story.told) == (not keep)


@pytest.mark.parametrize("kind", sorted(CATCHES))
@pytest.mark.parametrize("keep", ["", "; keep"])
def test_every_trigger_starts_an_event_subprocess(kind: str, keep: str) -> None:
    story = Story(
        f"""
        start -> sub:Work -> user:After -> end
        Work {{
            start:S -> user:Ask -> end:E
            eventsub:Beside {{
                start:On({CATCHES[kind]}{keep}) -> user:Then -> end:Done
            }}
        }}
        """,
        given={"hot": False, "name": "s"},
    )
    happens(story, kind, "On")
    again = ["On"] if keep and kind != "timer" else []
    assert story.waiting == sorted([*(["Ask"] if keep else []), *again, "Then"])
    story.done("Then")
    if keep:
        story.done("Ask")
    assert story.waiting == ["After"]


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_what_a_subprocess_throws_may_be_caught_by_code_or_all(kind: str) -> None:
    for code, caught in (("x", "ByCode"), ("y", "All")):
        story = Story(
            f"""
            start -> sub:Work -> end
            boundary:ByCode(on=Work; {kind}=x) -> end:E1
            boundary:All(on=Work; {kind}=) -> end:E2
            Work {{
                start:S -> end:Out({kind}={code}; in.why== 7)
            }}
            """
        )
        assert f"{caught} COMPLETED" in story.told
        assert story.variables == {"why": 7}, "mapped variables go with it"


def test_a_cycle_repeats_inside_an_event_subprocess() -> None:
    story = Story(
        """
        start -> user:Ask -> end
        eventsub:Tick {
            start:Every(cycle=R/PT1H; keep) -> task:Count -> end:Counted
        }
        """
    )
    story.later(hours=5)
    assert story.told.count("Count COMPLETED") == 5
    assert story.done("Ask").ended == "COMPLETED"


def test_an_escalation_of_a_child_process_leaves_it_running_when_nothing_interrupts() -> None:
    story = Story(
        """
        start -> call:Sub(process=child) -> end
        boundary:Slow(on=Sub; escalation=slow; keep) -> user:Boss -> end:B
        """
    )
    assert story.wait("Sub").data["caller"]["escalation"] == ["slow"]
    story.throw("Sub", "slow", kind="escalation", days=3)
    assert story.waiting == ["Boss", "Sub"]
    assert story.variables["days"] == 3


def test_an_event_subprocess_of_the_process_catches_the_error_of_a_call() -> None:
    story = Story(
        """
        start -> call:Sub(process=child) -> end
        eventsub:Repair {
            start:Broke(error=broke) -> user:Fix -> end:Fixed
        }
        """
    )
    assert story.throw("Sub", "broke").waiting == ["Fix"]


def test_a_condition_looks_only_at_the_variables_and_changes_it_names() -> None:
    story = Story(
        """
        start -> user:Ask -> end
        boundary:Made(on=Ask; condition== x > 1; watch=x; changes=create; keep) -> task:C -> end:E1
        boundary:Kept(on=Ask; condition== x > 1; watch=x; changes=update; keep) -> task:U -> end:E2
        boundary:Else(on=Ask; condition== x > 1; watch=y; keep) -> task:Y -> end:E3
        """
    )
    story.set(x=5)
    assert [story.told.count(f"{name} COMPLETED") for name in "CUY"] == [1, 0, 0]
    story.set(x=6)
    assert [story.told.count(f"{name} COMPLETED") for name in "CUY"] == [1, 1, 0]
    story.set(y=1)
    assert [story.told.count(f"{name} COMPLETED") for name in "CUY"] == [1, 1, 1]


def test_a_condition_that_is_no_boolean_is_an_incident_now_or_later() -> None:
    story = Story("start -> catch:Hot(condition== heat) -> end", given={"heat": 5})
    assert story.incident()["error_type"] == "CONDITION_ERROR"
    story.set(heat=None).retry("Hot")
    assert story.waiting == ["Hot"], "null is not true"
    story.set(heat="very")
    assert story.waiting == ["Hot!"]
    assert story.set(heat=False).retry("Hot").set(heat=True).ended == "COMPLETED"


def test_a_process_says_under_which_condition_it_starts() -> None:
    drawn = resource(
        """
        start:Hot(condition== heat > 10) -> end
        start:Bomb(condition== count(for i in 1..heat, j in 1..heat return i) > 0) -> end:E
        start:Plain -> end:F
        """
    )
    definition = definitions.read([drawn]).processes[0]
    assert [each.element_id for each in definition.start_conditions] == ["Hot", "Bomb"]
    assert definition.condition_holds("Bomb", {"heat": 2}, MONDAY)
    assert not definition.condition_holds("Bomb", {"heat": 99_999}, MONDAY), "it fails"
    assert definition.condition_holds("Hot", {"heat": 11}, MONDAY)
    assert not definition.condition_holds("Hot", {}, MONDAY)


def test_a_signal_start_takes_its_payload_through_the_mappings() -> None:
    story = Story(
        "start:Heard(signal=go; out.who== name) -> user:Ask -> end\nstart:Plain -> Ask",
        start_element="Heard",
        message_variables={"name": "Ann", "noise": 1},
    )
    assert story.variables == {"who": "Ann"}
    assert [each.name for each in story.definition.start_signals] == ["go"]


# -- transactions and compensation --------------------------------------------------------------


def test_a_transaction_that_succeeds_or_fails_by_an_error_is_not_undone() -> None:
    text = """
        start -> transaction:Book -> user:Paid -> end
        boundary:Cancelled(on=Book; cancel) -> end:S
        boundary:Failed(on=Book; error=full) -> user:Sorry -> end:F
        Book {
            start:SB -> service:Hotel -> service:Flight -> end:Ok
            boundary:UndoHotel(on=Hotel; handler=CancelHotel)
            service:CancelHotel(handler=1)
        }
        """
    assert Story(text).done("Hotel").done("Flight").waiting == ["Paid"]
    assert Story(text).done("Hotel").throw("Flight", "full").waiting == ["Sorry"]


def test_what_a_completed_subprocess_did_is_compensated_from_outside() -> None:
    story = Story(
        """
        start -> sub:Trip -> throw:Undo(compensate=Trip) -> end
        Trip {
            start:S -> service:Hotel -> service:Car -> end:E
            boundary:UndoHotel(on=Hotel; handler=CancelHotel)
            service:CancelHotel(handler=1)
        }
        """
    )
    assert story.done("Hotel").done("Car").waiting == ["CancelHotel"]
    assert story.done("CancelHotel").ended == "COMPLETED"


# -- variables ------------------------------------------------------------------------------------


def test_an_input_without_a_source_is_null_and_inputs_see_those_before() -> None:
    story = Story("start -> user:Ask(in.a=; in.b== 2; in.c== b + 1) -> end", given={"a": 1})
    assert story.visible("Ask") == {"a": None, "b": 2, "c": 3}


def test_an_input_into_a_nested_target_hides_the_whole_outer_object() -> None:
    story = Story("start -> user:Ask(in.o.x== 1) -> end", given={"o": {"y": 2}})
    assert story.visible("Ask")["o"] == {"x": 1}
    assert story.done("Ask").variables == {"o": {"y": 2}}


def test_a_mapping_that_fails_is_an_incident_and_goes_on_from_there() -> None:
    size = "count(for i in 1..n, j in 1..n return i)"
    story = Story(f"start -> service:Job(out.size== {size}) -> end", given={"n": 9_999})
    story.done("Job", result=1)
    assert story.waiting == ["Job!"], "the work is done; only the mapping is tried again"
    assert story.incident()["error_type"] == "IO_MAPPING_ERROR"
    assert story.set(n=3).retry("Job").variables == {"n": 3, "size": 9}


def test_an_output_mapping_sees_the_targets_of_those_before() -> None:
    story = Story(
        "start -> service:A(in.a== 10; out.a== a + r; out.b== a; out.o.x== b; out.c== o.y) -> end",
        given={"a": 0, "o": {"y": 2}},
    )
    assert story.done("A", r=1).variables == {"a": 11, "b": 11, "o": {"y": 2, "x": 11}, "c": 2}


def test_mappings_are_written_all_or_none() -> None:
    """Resolving the incident evaluates all again: what the first had written would count twice."""
    size = "count(for i in 1..big, j in 1..big return i)"
    story = Story(
        f"start -> service:A(in.n== n + 1; in.m== {size}; out.n== n + 1; out.m== {size}) -> end",
        given={"n": 0, "big": 9_999},
    )
    assert story.incident()["error_type"] == "IO_MAPPING_ERROR"
    story.set(big=2).retry("A")
    assert story.visible("A")["n"] == 1
    story.set(big=9_999).done("A")
    assert story.incident()["error_type"] == "IO_MAPPING_ERROR"
    assert story.variables == {"n": 0, "big": 9_999}
    assert story.set(big=3).retry("A").variables == {"n": 2, "big": 3, "m": 9}


def test_an_assertion_that_does_not_hold_is_an_incident() -> None:
    """`assert` is how a diagram says what must be there; anything else that is wrong is null."""
    story = Story(
        'start -> service:A(in.n== assert(n, n > 0, "n is to be positive"); out.m== x.y + 1) -> end'
    )
    assert story.incident()["error_type"] == "IO_MAPPING_ERROR"
    assert "n is to be positive" in story.incident()["message"]
    assert story.set(n=1).retry("A").done("A").variables == {"n": 1, "m": None}


def test_an_item_maps_its_outputs_once_whatever_its_condition_does() -> None:
    text = "start -> service:A(each== [1]; out.n== n + 1; until== enough) -> user:Next -> end"
    story = Story(text, given={"n": 0}).done("A")
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"
    assert story.set(enough=True).retry("A").variables == {"n": 1, "enough": True}


def test_none_events_may_write_too() -> None:
    story = Story("start:S(out.n== 0) -> throw:T(out.a== n + 1) -> end:E(out.b== a + 1)")
    assert story.variables == {"n": 0, "a": 1, "b": 2}


def test_a_subprocess_lets_out_only_what_it_maps_but_a_job_inside_writes_through() -> None:
    story = Story(
        """
        start -> sub:Work(in.local== 1; out.kept== local + 1) -> end
        Work {
            start:S -> service:Job -> end:E
        }
        """
    )
    story.done("Job", local=5, other=6)
    assert story.variables == {"other": 6, "kept": 6}


def test_properties_and_documentation_are_kept_to_be_read() -> None:
    content = resource("start -> user:Ask -> end").content.decode()
    content = content.replace(
        "<zeebe:userTask/>",
        '<zeebe:userTask/><zeebe:properties><zeebe:property name="sla" value="4h"/>'
        "</zeebe:properties>",
    )
    drawn = type(resource("start -> end"))("p.bpmn", content.encode())
    assert definitions.read([drawn]).processes[0].elements["Ask"].properties == {"sla": "4h"}


# -- jobs, calls, decisions, forms ----------------------------------------------------------------


def test_the_priority_of_a_job_is_its_own_or_the_processs() -> None:
    process = '<zeebe:jobPriorityDefinition priority="7"/>'
    text = "start -> service:A -> service:B(job_priority== urgent) -> end"
    story = Story(text, attributes=process, given={"urgent": 99})
    assert story.wait("A").data["priority"] == 7
    assert story.done("A").wait("B").data["priority"] == 99


def test_a_worker_is_handed_the_keys_of_linked_resources() -> None:
    text = "start -> service:Run(linked=robot.rpa) -> end"
    assert Story(text).incident()["error_type"] == "RESOURCE_NOT_FOUND"
    story = Story(text, library=Library(files=("robot.rpa",)))
    assert story.wait("Run").data["headers"]["linkedResources"] == (
        '[{"resourceKey": "99", "resourceType": "file", "linkName": "it"}]'
    )


@pytest.mark.parametrize(
    ("words", "binding", "tag"),
    [
        ("", "latest", None),
        ("; binding=deployment", "deployment", None),
        ("; binding=versionTag; tag=v2", "versionTag", "v2"),
    ],
)
def test_calls_decisions_and_forms_are_bound_as_the_diagram_says(
    words: str, binding: str, tag: str | None
) -> None:
    asked: list[tuple[str, str, str | None]] = []

    class Asked(Library):
        def form(self, form_id: str, binding: str, version_tag: str | None) -> int:
            asked.append((form_id, binding, version_tag))
            return 1

        def decision(self, decision_id: str, binding: str, version_tag: str | None) -> Any:
            asked.append((decision_id, binding, version_tag))
            return super().decision(decision_id, binding, version_tag)

    table = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m"
        namespace="n"><decision id="d" name="d"><literalExpression id="l"><text>4</text>
        </literalExpression></decision></definitions>"""
    story = Story(
        f"""
        start -> rule:Decide(decision=d; result=r{words}) -> user:Ask(form=f{words})
        Ask -> call:Sub(process=other{words}) -> end
        """,
        library=Asked(dmn.parse(table.encode())),
    )
    assert asked == [("d", binding, tag), ("f", binding, tag)]
    story.done("Ask")
    assert (story.wait("Sub").data["binding"], story.wait("Sub").data["version_tag"]) == (
        binding,
        tag,
    )


def test_a_form_may_sit_in_the_diagram_or_with_the_client() -> None:
    form = '<zeebe:userTaskForm id="f1">{"type": "default"}</zeebe:userTaskForm>'
    text = "start -> user:Ask(form_key=camunda-forms:bpmn:f1) -> user:Own(external== url) -> end"
    story = Story(text, attributes=form, given={"url": "https://forms.example/1"})
    assert story.wait("Ask").data["form"] == {"embedded": {"type": "default"}}
    story.done("Ask")
    assert story.wait("Own").data["external_form"] == "https://forms.example/1"
