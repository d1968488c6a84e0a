"""Two versions of a diagram, and what happens differently: each pair is said rightly."""

import pytest

from engine import difference
from engine.difference import Area, Change
from engine.model import Resource
from tests.core.difference.pairs import BEFORE, REPLACED
from tests.support.bpmn import bpmn


def said(change: Change) -> str:
    """Write a change in one line, "~" before one without effect."""
    line = f"{change.kind} {change.name}|{change.about}|{change.old}|{change.new}"
    return line if change.effect else f"~{line}"


def compared(old: str | bytes, new: str | bytes) -> list[str]:
    before, after = (text if isinstance(text, bytes) else bpmn(text) for text in (old, new))
    found = difference.compare([Resource("p.bpmn", before)], [Resource("p.bpmn", after)])
    return sorted(map(said, found))


@pytest.mark.parametrize("title", REPLACED)
def test_what_is_different_is_said(title: str) -> None:
    before, after, expected = REPLACED[title]
    assert before in BEFORE
    assert compared(BEFORE, BEFORE.replace(before, after)) == sorted(expected)


def test_nothing_is_different_in_the_same_file() -> None:
    assert compared(BEFORE, BEFORE) == []


def test_moved_shapes_are_no_change() -> None:
    shape = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d">'
        '<bpmndi:BPMNPlane id="l" bpmnElement="p"><bpmndi:BPMNShape id="s" bpmnElement="Ask">'
        '<dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="{x}" y="0" width="9" '
        'height="9"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>'
    )
    drawn = bpmn(BEFORE).decode()
    here, there = (
        drawn.replace("</bpmn:definitions>", shape.format(x=x)).encode() for x in (1, 700)
    )
    assert compared(here, there) == []


def test_what_another_tool_writes_differently_is_no_change() -> None:
    drawn = bpmn(BEFORE).decode()
    other = (
        drawn.replace("bpmn:", "b:")
        .replace("xmlns:bpmn=", "xmlns:b=")
        .replace('<b:boundaryEvent id="Late"', '<b:boundaryEvent zeebe:note="x" id="Late"')
        .replace("<b:incoming>", "\n  <b:incoming>")
    )
    assert compared(drawn.encode(), other.encode()) == []


def test_new_ids_of_arrows_are_no_change() -> None:
    drawn = bpmn(BEFORE).decode()
    assert '"f_Big_Check"' in drawn
    assert compared(drawn.encode(), drawn.replace("f_Big_Check", "Flow_0x17").encode()) == []


def test_arrows_that_lead_elsewhere() -> None:
    old = "start -> and:A -> user:B(groups=g) -> end:C\nA -> end:D"
    new = "start -> and:A -> user:B(groups=g) -> end:D\nA -> end:C"
    assert compared(old, new) == ["flow.redirected A||D|C", "flow.redirected B||C|D"]


def test_a_name_is_told_and_has_no_effect() -> None:
    drawn = bpmn(BEFORE).decode()
    renamed = drawn.replace('name="Check"', 'name="Look closely"')
    assert compared(drawn.encode(), renamed.encode()) == ["~name Look closely||Check|Look closely"]


def test_documentation_has_no_effect() -> None:
    drawn = bpmn(BEFORE).decode()
    place = '<bpmn:process id="p" name="" isExecutable="true">'
    assert place in drawn
    told = drawn.replace(place, f"{place}<bpmn:documentation>Why</bpmn:documentation>")
    assert compared(drawn.encode(), told.encode()) == ["~documentation p|||Why"]


def test_an_element_with_another_id_is_the_same_element() -> None:
    drawn = bpmn(BEFORE).decode()
    other = drawn.replace('"Check"', '"Check_2"').replace('name="Check_2"', 'name="Check"')
    assert compared(drawn.encode(), other.encode()) == ["~id Check||Check|Check_2"]


def test_the_order_of_conditions_counts_where_the_first_one_wins() -> None:
    ways = ["Which -[a > 1]-> end:One", "Which -[a > 0]-> end:Two"]
    start = "start -> xor:Which\n"
    end = "\nWhich -/-> end:None"
    old, new = (start + "\n".join(lines) + end for lines in (ways, ways[::-1]))
    assert compared(old, new) == ["flow.order Which||= a > 1, = a > 0|= a > 0, = a > 1"]


def test_the_order_of_parallel_arrows_does_not_count() -> None:
    ways = ["Both -> end:One", "Both -> end:Two"]
    start = "start -> and:Both\n"
    old, new = (start + "\n".join(lines) for lines in (ways, ways[::-1]))
    assert compared(old, new) == []


def test_a_message_and_its_key() -> None:
    old = "start -> catch:Wait(message=paid; key== order) -> end"
    new = old.replace("paid", "payment").replace("= order", "= order_id")
    assert compared(old, new) == [
        "message Wait||paid|payment",
        "message.key Wait||= order|= order_id",
    ]


def test_a_step_that_moves_into_a_subprocess() -> None:
    old = "start -> user:Ask(groups=care) -> sub:Work -> end\nsub:Work {\nstart -> end:Done\n}"
    new = "start -> sub:Work -> end\nsub:Work {\nstart -> user:Ask(groups=care) -> end:Done\n}"
    found = compared(old, new)
    assert "scope Ask||p|Work" in found
    assert all("element" not in line for line in found)


def test_a_property_of_the_process() -> None:
    here, there = (
        bpmn(BEFORE, attributes=f'<zeebe:properties><zeebe:property name="start.groups" '
             f'value="{groups}"/></zeebe:properties>')
        for groups in ("care", "care, sales")
    )  # fmt: skip
    [change] = difference.compare([Resource("p.bpmn", here)], [Resource("p.bpmn", there)])
    assert said(change) == "property p|start.groups|care|care, sales"
    assert change.area is Area.ROLES


@pytest.mark.parametrize(
    ("before", "after", "areas"),
    [
        ("groups=care", "groups=sales", {Area.ROLES}),
        ("service:Remind", "service:Remind(type=other)", {Area.SERVICE_TASKS}),
        ("service:Remind", "service:Remind(in.a== 1)", {Area.SERVICE_TASKS}),
        (" -> service:Remind", " -> script:Why(expression== 1) -> service:Remind", {Area.SCRIPTS}),
        (" -> service:Remind", " -> rule:Why(decision=d) -> service:Remind", {Area.DECISIONS}),
        (" -> service:Remind", " -> user:New(groups=x) -> service:Remind", {Area.ROLES}),
        ("PT1H", "PT2H", {Area.NONE}),
        ("amount > 100", "amount > 200", {Area.NONE}),
    ],
)
def test_what_a_second_person_has_to_see(before: str, after: str, areas: set[Area]) -> None:
    old, new = bpmn(BEFORE), bpmn(BEFORE.replace(before, after))
    found = difference.compare([Resource("p.bpmn", old)], [Resource("p.bpmn", new)])
    assert {change.area for change in found} == areas
