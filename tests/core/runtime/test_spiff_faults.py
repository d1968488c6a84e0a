"""The fourteen faults of stock SpiffWorkflow 3.2.0 that must not reach production, by number.

Some have more tests where their subject is told; here each has one, so that none is forgotten.
"""

import json
import sys
from pathlib import Path

import pytest

from engine import definitions, dmn, lint, runtime
from engine.model import Kind, Resource, Wait
from tests.support.bpmn import bpmn, resource
from tests.support.story import Library, Story

FOUR_EYES = """
    start -> xor:Again
    Again -> SPLIT:Fork
    Fork ARROW user:Alice -> SPLIT:Join
    Fork ARROW user:Bob -> Join
    Join -> xor:Ok
    Ok -[ok]-> end
    Ok -/-> Again
    """


@pytest.mark.parametrize("kind", ["and", "or"])
def test_fault_1_a_join_inside_a_loop_waits_for_both_branches_in_every_turn(kind: str) -> None:
    arrow = "->" if kind == "and" else "-[true]->"
    text = FOUR_EYES.replace("SPLIT", kind).replace("ARROW", arrow)
    story = Story(text, given={"ok": False})
    for _ in range(5):
        assert story.waiting == ["Alice", "Bob"]
        story.done("Alice")
        assert story.waiting == ["Bob"], "Alice alone is two eyes"
        story.done("Bob", ok=False)
    story.done("Bob").done("Alice", ok=True)
    assert story.ended == "COMPLETED"


def test_fault_2_a_loop_may_turn_more_often_than_python_recurses() -> None:
    story = Story(
        """
        start -> xor:Again -> user:Review -> xor:Ok
        Ok -[ok]-> end
        Ok -/-> Again
        """
    )
    for _ in range(sys.getrecursionlimit() + 50):
        story.done("Review", ok=False)
        assert story.ended is None
        assert story.waiting == ["Review"]
    assert story.done("Review", ok=True).ended == "COMPLETED"


def test_fault_3_parallel_branches_write_into_one_place() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> user:A -> and:Join
        Fork -> user:B -> Join
        Join -> end
        """,
        given={"y": False, "list": ["a", "a"]},
    )
    story.done("A", y=True, list=["a", "a", "b", "b"]).done("B")
    assert story.variables == {"y": True, "list": ["a", "a", "b", "b"]}


def test_fault_4_an_error_is_caught_around_where_it_is_thrown_or_stops_there() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> sub:Left -> user:AfterLeft -> end:L
        Fork -> sub:Right -> end:R
        boundary:LeftFailed(on=Left; error=x) -> end:LF
        boundary:RightFailed(on=Right; error=x) -> user:Repair -> end:RF
        Left {
            start:SL -> user:AskL -> end:EL(error=unknown)
        }
        Right {
            start:SR -> user:AskR -> end:ER(error=x)
        }
        """
    )
    story.done("AskR")
    assert story.waiting == ["AskL", "Repair"], "the sibling goes on"
    story.done("AskL")
    assert story.waiting == ["EL!", "Repair"], "nobody catches it: the normal path does not go on"


def test_fault_5_event_subprocesses_interrupt_wait_nest_and_leave_the_definition_alone() -> None:
    text = """
        start -> sub:Outer -> end
        Outer {
            start:S -> sub:Inner -> end:E
            Inner {
                start:SI -> service:Pay -> end:EI
                eventsub:Repair {
                    start:Broke(error=broke) -> user:Fix -> end:Fixed
                }
                eventsub:Stop {
                    start:Asked(signal=stop) -> user:Tidy -> end:Stopped
                }
            }
        }
        """
    story = Story(text)
    assert story.waiting == ["Asked", "Pay"], "the error one does not run at the start"
    story.done("Asked")
    assert story.waiting == ["Tidy"], "it interrupts"
    other = Story(text)
    assert other.throw("Pay", "broke").waiting == ["Fix"], "nested, by its error"
    assert Story(text).waiting == ["Asked", "Pay"]


def test_fault_6_links_signal_ends_compensation_conditions_and_names_are_not_ignored() -> None:
    story = Story(
        """
        start -> task:Choose
        Choose -[x > 0]-> throw:Out(link=L)
        Choose -[x < 0]-> end:Never
        catch:In(link=L) -> service:Hotel -> throw:Undo(compensate=) -> user:End -> user:Start
        Start -> end:Shout(signal=over)
        boundary:UndoHotel(on=Hotel; handler=CancelHotel)
        service:CancelHotel(handler=1)
        """,
        given={"x": 1},
    )
    assert story.waiting == ["Hotel"], "the link jumps, the condition on a task's flow holds"
    assert story.done("Hotel").waiting == ["CancelHotel"], "compensation runs"
    assert story.done("CancelHotel").waiting == ["End"], "a user task may be called End"
    assert story.done("End").waiting == ["Start"]
    story.done("Start")
    assert story.signals == [{"name": "over", "variables": {}, "chain": 1, "thrown_by": 1}], (
        "a signal end event throws"
    )


def test_fault_7_two_timers_do_not_share_a_slot_and_boundary_events_come_again() -> None:
    story = Story(
        """
        start -> event:Which
        Which -> catch:Long(timer=PT2H) -> end:E2
        Which -> catch:Short(timer=PT1H) -> user:Ask -> end
        boundary:Note(on=Ask; message=note; key== 1; keep) -> task:Log -> end:E3
        boundary:Hey(on=Ask; signal=hey; keep) -> task:Hear -> end:E4
        """
    )
    assert story.later(hours=1).waiting == ["Ask", "Hey", "Note"]
    for _ in range(3):
        story.done("Note").done("Hey")
    assert story.told.count("Log COMPLETED") == story.told.count("Hear COMPLETED") == 3


def test_fault_8_any_data_can_be_saved_and_loaded_and_loading_destroys_nothing() -> None:
    given = {"typename": "uuid.UUID", "data": {"typename": "x", "__class__": "y"}}
    story = Story("start -> user:Ask -> end", given=given)
    assert story.state["v"] == 1, "a state says which version wrote it"
    before = json.dumps(story.state)
    step = runtime.resume(
        story.definition, story.state, story.wait("Ask"), {}, context=story.context
    )
    assert json.dumps(story.state) == before, "the state given is not touched"
    assert step.result == given


def test_fault_9_data_objects_deep_inside_and_dangling_references_do_not_hang() -> None:
    content = bpmn(
        "start -> sub:A -> end\nA {\nstart:S -> sub:B -> end:E\nB {\ntask:T\n}\n}"
    ).decode()
    data = (
        '<bpmn:dataObject id="D"/><bpmn:dataObjectReference id="R" dataObjectRef="D"/>'
        "</bpmn:process>"
    )
    use = (
        '<bpmn:task id="T" name="T"><bpmn:dataInputAssociation id="I"><bpmn:sourceRef>R'
        "</bpmn:sourceRef><bpmn:targetRef>gone</bpmn:targetRef></bpmn:dataInputAssociation>"
    )
    content = content.replace("</bpmn:process>", data).replace('<bpmn:task id="T" name="T">', use)
    assert Story(Resource("p.bpmn", content.encode())).ended == "COMPLETED"
    rules = {each.rule for each in lint.check([Resource("p.bpmn", content.encode())])}
    assert "data" in rules, "and it is said that it has no effect"


def test_fault_10_no_expression_is_python(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for source in (f"open('{mark}', 'w')", f'__import__("pathlib").Path("{mark}").touch()'):
        for text in (
            f"start -> script:X(expression== {source}; result=x) -> end",
            f"start -> xor:X\nX -[{source}]-> end\nX -/-> end:E",
            f"start -> catch:X(timer== {source}) -> end",
            f"start -> task:X(in.a== {source}) -> end",
            f"start -> user:X(assignee== {source}) -> end",
        ):
            drawn = resource(text)
            if not any(each.severity == "error" for each in lint.check([drawn])):
                Story(drawn)
            assert not mark.exists(), f"{text} ran as Python"


def test_fault_11_each_hit_policy_means_itself_and_cells_are_feel() -> None:
    table = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m"
        namespace="n"><decision id="d" name="d"><decisionTable id="t" hitPolicy="POLICY">
        <input id="i"><inputExpression id="ie"><text>n</text></inputExpression></input>
        <output id="o" name="o"/>
        <rule id="r1"><inputEntry id="a1"><text>&gt; 1</text></inputEntry>
          <outputEntry id="b1"><text>"one"</text></outputEntry></rule>
        <rule id="r2"><inputEntry id="a2"><text>[2..9]</text></inputEntry>
          <outputEntry id="b2"><text>"two"</text></outputEntry></rule>
        </decisionTable></decision></definitions>"""
    text = "start -> rule:Decide(decision=d; result=r) -> end"
    answers = {}
    for policy in ("FIRST", "RULE ORDER", "UNIQUE"):
        library = Library(dmn.parse(table.replace("POLICY", policy).encode()))
        story = Story(text, given={"n": 5}, library=library)
        answers[policy] = story.variables.get("r", story.waiting)
    assert answers["FIRST"] == "one"
    assert answers["RULE ORDER"] == ["one", "two"]
    assert answers["UNIQUE"] in (None, ["Decide!"]), "two rows are not one"


def test_fault_12_null_items_modeler_times_and_zones_are_no_trouble() -> None:
    each = "each== [1, null, 3]; item=i; sequential; expression== i; result=r; collect=out"
    story = Story(
        f"""
        start -> script:Each({each}; element== r) -> catch:Wait(timer=PT1H)
        Wait -> catch:At(date=2026-01-05T20:00:00) -> end
        """,
        zone="Asia/Tehran",
    )
    assert story.variables["out"] == [1, None, 3]
    assert story.wait("Wait").data["due_at"] == "2026-01-05T10:00:00+00:00"
    story.later(hours=1)
    assert story.wait("At").data["due_at"] == "2026-01-05T16:30:00+00:00", "20:00 in Tehran"


def test_fault_13_a_message_goes_to_one_key_and_a_jobs_error_to_its_event() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> catch:Paid(message=paid; key== a) -> end:E1
        Fork -> catch:PaidToo(message=paid; key== b) -> end:E2
        Fork -> service:Work -> end:E3
        boundary:Broke(on=Work; error=broke) -> user:Repair -> end:E4
        """,
        given={"a": "o-1", "b": "o-2"},
    )
    assert story.wait("Paid").data == {"name": "paid", "correlation_key": "o-1"}
    assert story.wait("PaidToo").data == {"name": "paid", "correlation_key": "o-2"}
    assert story.done("PaidToo").waiting == ["Paid", "Work"]
    assert story.throw("Work", "broke").waiting == ["Paid", "Repair"]


def test_fault_14_the_state_is_what_lives_and_a_step_touches_only_that() -> None:
    chain = " -> ".join(f"task:T{number}" for number in range(100))
    story = Story(f"start -> {chain} -> user:Ask -> end")
    assert len(story.state["tokens"]) == 2, "the process and the task; nothing of the past"
    assert len(json.dumps(story.state)) < 600, "and nothing of the diagram"
    many = Story("start -> user:Ask(each== for i in 1..500 return i) -> end")
    key = int(next(iter(many.open)))
    definition = definitions.read([resource("start -> user:Ask -> end")]).processes[0]
    assert definition.spec is definitions.load(definition.content, "p.bpmn", "p").spec
    wait = many.open[key]
    assert isinstance(wait, Wait)
    assert wait.kind is Kind.USER_TASK
    instance = runtime.moves.load(many.definition, many.state, many.context)
    assert instance.find(wait.element_instance_key) is not None
    assert len(instance.loaded) == 1, "of 502 tokens one was made to an object"
