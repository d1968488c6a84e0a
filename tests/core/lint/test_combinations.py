"""Drawings whose parts are fine and together mean nothing, or two things: refused or told."""

import pytest

from engine import lint
from engine.model import Problem, Resource
from tests.support.bpmn import resource

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
    '<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>'
    '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="T"/>'
)
HANDLED = "start -> service:A -> end\nboundary:B(on=A; handler=H)\n"


def found(drawn: Resource, severity: str = "error") -> dict[str, Problem]:
    return {each.rule: each for each in lint.check([drawn]) if each.severity == severity}


@pytest.mark.parametrize(
    ("text", "element", "rule"),
    [
        # Who is meant?
        (
            "start -> user:A -> end\nboundary:B(on=A; message=m; key== 1) -> end:E\n"
            "boundary:C(on=A; message=m; key== 1) -> end:F",
            "A",
            "ambiguous-catch",
        ),
        (
            "start -> user:A -> end\nboundary:B(on=A; signal=s) -> end:E\n"
            "boundary:C(on=A; signal=s) -> end:F",
            "A",
            "ambiguous-catch",
        ),
        ("start:S(message=m) -> end\nstart:T(message=m) -> end:E", "p", "ambiguous-catch"),
        ("start:S(signal=s) -> end\nstart:T(signal=s) -> end:E", "p", "ambiguous-catch"),
        ("start:S(condition== x) -> end\nstart:T(condition== x) -> end:E", "p", "ambiguous-catch"),
        (
            "start -> event:G\nG -> catch:A(signal=s) -> end\nG -> catch:B(signal=s) -> end:E",
            "G",
            "ambiguous-catch",
        ),
        ("start -> script:S(expression== 1; result=r; type=t) -> end", "S", "job-type"),
        ("start -> rule:R(decision=d; result=r; type=t) -> end", "R", "job-type"),
        ("start -> user:A(form=f; external=x) -> end", "A", "form"),
        # Nobody would look at it.
        ("start -> task:T(type=t) -> end", "T", "job-type"),
        ("start -> throw:T(signal=s; type=t) -> end", "T", "job-type"),
        (
            "start -> throw:L(link=a) -> user:A -> end\ncatch:M(link=a) -> end:E",
            "L",
            "link",
        ),
        # It cannot be.
        ("start -> user:A -> end\nboundary:B(on=A; error=x; keep) -> end:E", "B", "event-type"),
        ("start -> end\neventsub:X {\nstart:S(error=x; keep) -> end:E\n}", "S", "event-type"),
        ("start:T(timer=PT1H) -> end", "T", "timer"),
        ('start -> adhoc:H(active== ["A"]) -> end\nH {\nuser:A -> end:E\n}', "E", "end-event"),
        (
            'start -> adhoc:H(active== ["A", "B"]) -> end\nH {\nuser:A -> and:J -> user:C\n'
            "user:B -> J\n}",
            "J",
            "ad-hoc-join",
        ),
        ("start -> service:A(in.a-b== 1) -> end", "A", "variable-name"),
        ("start -> service:A(out.a.1b== 1) -> end", "A", "variable-name"),
        ("start -> script:S(expression== 1; result=my result) -> end", "S", "variable-name"),
        ("start -> user:A(each== [1]; item=an item) -> end", "A", "variable-name"),
        # Compensation has an event on a border, a handler beside the flow, and an association.
        (HANDLED + "service:H(handler=1) -> task:T", "H", "compensation"),
        (HANDLED + "service:H(handler=1)\nB -> task:T", "B", "compensation"),
        (HANDLED + "service:H", "B", "compensation"),
        ("start -> task:X -> throw:U(compensate=X) -> end", "U", "compensation"),
        (
            "start -> task:A -> end\nboundary:B(on=A; handler=H; on_end=x)\ntask:H(handler=1)",
            "B",
            "listener",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, element: str, rule: str) -> None:
    assert found(resource(text))[rule].element == element


@pytest.mark.parametrize(
    ("part", "element", "rule"),
    [
        (
            '<bpmn:serviceTask id="T"><bpmn:extensionElements><zeebe:taskDefinition type="a"/>'
            '<zeebe:taskDefinition type="b"/></bpmn:extensionElements></bpmn:serviceTask>',
            "T",
            "extension-twice",
        ),
        ('<bpmn:exclusiveGateway id="T" default="f"/>', "T", "dangling-reference"),
        ('<bpmn:exclusiveGateway id="T" default="nowhere"/>', "T", "dangling-reference"),
    ],
)
def test_what_only_xml_can_say_is_refused(part: str, element: str, rule: str) -> None:
    drawn = Resource("p.bpmn", f"{HEAD}{part}</bpmn:process></bpmn:definitions>".encode())
    assert found(drawn)[rule].element == element


@pytest.mark.parametrize(
    ("text", "element", "rule"),
    [
        ("start -> and:G\nG -[x]-> end\nG -> end:E", "f_G_end", "no-effect"),
        ("start -> end:E(error=x; out.a== 1)", "E", "no-effect"),
        ("start -> catch:C(condition== now() > @2027-01-01) -> end", "C", "condition"),
        ("start -> task:A -> end\nservice:H(handler=1)", "H", "unreachable"),
    ],
)
def test_what_has_no_effect_is_told(text: str, element: str, rule: str) -> None:
    drawn = resource(text.replace("@2027-01-01", '@"2027-01-01T00:00:00Z"'))
    assert found(drawn, "warning")[rule].element == element


def test_the_same_message_for_two_orders_is_no_doubt() -> None:
    text = """
        start -> user:A -> end
        boundary:B(on=A; message=paid; key== first) -> end:E
        boundary:C(on=A; message=paid; key== second) -> end:F
        """
    assert found(resource(text)) == {}
