"""What cannot run is refused, each reason with its element; a drawing of any tool is read."""

import pytest

from engine import definitions, lint
from engine.errors import Invalid
from engine.limits import Limits
from engine.model import Resource
from tests.support.bpmn import bpmn, resource
from tests.support.story import Story


def reasons(text: str) -> set[tuple[str, str]]:
    """Element and rule of each error."""
    found = lint.check([resource(text)])
    return {(each.element, each.rule) for each in found if each.severity == "error"}


@pytest.mark.parametrize(
    ("text", "element", "rule"),
    [
        ("start -> script:S -> end", "S", "script"),
        ("start -> script:S(expression== 1) -> end", "S", "result-variable"),
        ("start -> rule:R -> end", "R", "decision"),
        ("start -> call:C -> end", "C", "called-element"),
        ("start -> throw:T(message=m) -> end", "T", "job-type"),
        ("start -> catch:M(message=m) -> end", "M", "correlation-key"),
        ("start -> receive:M(message=m) -> end", "M", "correlation-key"),
        ("start -> catch:W(timer=soon) -> end", "W", "timer"),
        ("start -> catch:W(cycle=R3/PT1H) -> end", "W", "timer"),
        ("start -> catch:W -> end", "W", "event-type"),
        ("start -> catch:W(error=x) -> end", "W", "event-type"),
        ("start -> throw:L(link=a) -> end", "L", "link"),
        ("start -> user:A(in.x== 1 +) -> end", "A", "feel"),
        ("start -> xor:X\nX -[a b c +]-> end\nX -/-> end:E", "X", "feel"),
        ("start -> xor:X\nX -> end\nX -> end:E", "f_X_end", "sequence-flow-condition"),
        ("start -> event:G -> user:A -> end", "f_G_A", "event-gateway"),
        ("start -> user:A -> end\nboundary:B(on=A; handler=Nobody)", "B", "compensation"),
        ("start -> user:A -> end\nboundary:B(on=A; cancel) -> end:E", "B", "cancel"),
        ("start -> user:A -> end\nboundary:B(on=A; cycle=R/PT1H) -> end:E", "B", "timer"),
        ("start -> user:A -> end\nboundary:B(on=A; cycle=R/PT0.1S; keep) -> end:E", "B", "timer"),
        ("start -> user:A -> end\nboundary:B(on=A; terminate) -> end:E", "B", "event-type"),
        ("start -> end:E(error=)", "E", "error-code"),
        ("start -> task:T(each=; until== x) -> end", "T", "loop"),
        ("start -> task:T(each== [1]; collect=out) -> end", "T", "loop"),
        ("start -> task:A -> end\nstart:Two -> A", "p", "start-event"),
        ("start -> end\neventsub:X {\nstart:S -> end:E\n}", "S", "event-type"),
        ("start -> end\neventsub:X {\ntask:S -> end:E\n}", "X", "event-subprocess"),
        ("task:A -> task:B -> A", "p", "start-event"),
        ("", "p", "empty"),
        ("start -> service:A(retries=0) -> end", "A", "literal"),
        ("start -> service:A(retries=many) -> end", "A", "literal"),
        ("start -> user:A(priority=101) -> end", "A", "literal"),
        ("start -> user:A(due=soon) -> end", "A", "literal"),
        ("start:T(date== when) -> end", "T", "timer"),
        ("start:T(cycle== 1 +) -> end", "T", "feel"),
        ("start:M(message== name) -> end", "M", "message-name"),
        ("start:M(signal== 5) -> end", "M", "signal-name"),
        ("start -> user:A -> end\nboundary:B(on=A; error== code) -> end:E", "B", "error-code"),
        ("start -> throw:U(compensate=Nothing) -> end", "U", "compensation"),
        ("start -> catch:C(condition== x; changes=delete) -> end", "C", "condition"),
        ("start -> event:G -> catch:L(link=a) -> end\nthrow:O(link=a)", "f_G_L", "event-gateway"),
        ("start -> call:C(process=x; binding=newest) -> end", "C", "binding"),
        ("start -> call:C(process=x; binding=versionTag) -> end", "C", "binding"),
        ("start -> adhoc:H -> end\nH {\nstart:S -> task:T\n}", "S", "start-event"),
        ("start -> adhoc:H -> end\nH {\nthrow:T\n}", "H", "empty"),
        ("start -> transaction:T -> end\nT {\nstart:S -> end:C(cancel)\n}", "C", "cancel"),
        (
            "start -> user:A -> end\nboundary:B(on=A; error=x) -> end:E\n"
            "boundary:C(on=A; error=x) -> end:F",
            "A",
            "ambiguous-catch",
        ),
        ("start -> task:A(on_begin=x) -> end", "A", "listener"),
        ("start -> task:A(on_beforeAll=x) -> end", "A", "listener"),
        ("start -> task:A(on_start=x,x) -> end", "A", "listener"),
        ("start(on_start=x) -> end", "start", "listener"),
        (
            "start -> task:A -> end\nboundary:B(on=A; timer=P1D; on_start=x) -> end:E",
            "B",
            "listener",
        ),
        ("start -> xor:X(on_end=x) -> end", "X", "listener"),
        ("start -> end:E(error=x; on_end=y)", "E", "listener"),
        ("start -> user:A(task_create=x) -> end", "A", "listener"),
        ("start -> task:A(task_creating=x) -> end", "A", "listener"),
    ],
)
def test_each_reason_names_its_element(text: str, element: str, rule: str) -> None:
    assert (element, rule) in reasons(text)


def test_all_reasons_come_at_once_and_with_the_file() -> None:
    drawn = resource("start -> script:A -> rule:B -> catch:C(timer=soon) -> end")
    with pytest.raises(Invalid) as caught:
        definitions.read([drawn])
    assert {each.element for each in caught.value.problems} == {"A", "B", "C"}
    assert {each.resource for each in caught.value.problems} == {"p.bpmn"}


def refused(content: bytes, name: str = "x.bpmn") -> str:
    with pytest.raises(Invalid) as caught:
        definitions.read([Resource(name, content)])
    return caught.value.problems[0].rule


def test_what_is_no_diagram_is_refused() -> None:
    assert refused(b"not xml") == "xml"
    assert refused(b"") == "xml"
    assert refused(b"<a/>") == "not-bpmn"
    assert refused(b"\xff\xfe<\x00a\x00/\x00>\x00") == "not-bpmn"
    assert refused(b"{", "x.form") == "form"


def test_files_that_would_read_other_files_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert refused(bomb) == "doctype"
    hidden = bomb.decode().encode("utf-16")
    assert refused(hidden) == "doctype"


def test_a_file_too_large_or_too_deep_is_refused() -> None:
    drawn = resource("start -> " + " -> ".join(f"task:T{n}" for n in range(400)) + " -> end")
    assert "size" in {each.rule for each in lint.check([drawn])}
    small = Limits(bpmn_bytes=10)
    assert lint.check([drawn], small)[0].rule == "size"
    text = "".join(f"sub:S{n} {{\n" for n in range(9)) + "task:T\n" + "}\n" * 9
    assert "nesting" in {each.rule for each in lint.check([resource(text)])}


def test_a_long_chain_is_read_without_recursion() -> None:
    """spiffworkflow.md: a deep linear diagram overflowed the recursive parser."""
    text = "start -> " + " -> ".join(f"task:T{n}" for n in range(390)) + " -> end"
    assert len(definitions.read([resource(text)]).processes[0].elements) == 392


def edited(text: str, *changes: tuple[str, str]) -> Resource:
    content = bpmn(text).decode()
    for old, new in changes:
        assert old in content
        content = content.replace(old, new)
    return Resource("p.bpmn", content.encode())


def test_dangling_references_are_named_and_do_not_hang() -> None:
    """SpiffWorkflow fault 9: a dangling reference hung the parser."""
    drawn = edited(
        "start -> user:A -> end",
        ('targetRef="end"', 'targetRef="nowhere"'),
        (
            "<zeebe:userTask/></bpmn:extensionElements>",
            "<zeebe:userTask/></bpmn:extensionElements><bpmn:dataInputAssociation id='d'>"
            "<bpmn:sourceRef>nothing</bpmn:sourceRef></bpmn:dataInputAssociation>",
        ),
    )
    first = lint.check([drawn])[0]
    assert (first.element, first.rule) == ("f_A_end", "dangling-flow")
    drawn = edited(
        "start -> catch:M(message=m; key== 1) -> end", ('messageRef="message_0"', 'messageRef="x"')
    )
    assert ("M", "dangling-reference") in {(e.element, e.rule) for e in lint.check([drawn])}


def test_ids_used_twice_are_named() -> None:
    drawn = edited("start -> user:A -> end", ('id="end"', 'id="A"'))
    assert "duplicate-id" in {each.rule for each in lint.check([drawn])}


def test_an_element_nobody_can_run_is_named() -> None:
    drawn = edited("start -> xor:X -> end", ("exclusiveGateway", "complexGateway"))
    assert ("X", "unsupported") in {(e.element, e.rule) for e in lint.check([drawn])}


def test_a_process_that_is_not_executable_is_named() -> None:
    drawn = edited("start -> end", ('isExecutable="true"', 'isExecutable="false"'))
    assert lint.check([drawn])[0].rule == "executable"


def test_pools_lanes_foreign_extensions_and_odd_ids_are_read() -> None:
    drawn = edited(
        "start -> user:Ask.me-1 -> end",
        (
            "<bpmn:process",
            '<bpmn:collaboration id="c"><bpmn:participant id="p1" processRef="p"/>'
            '<bpmn:participant id="p2" processRef="other"/></bpmn:collaboration>'
            '<bpmn:process id="other" isExecutable="false"/><bpmn:process',
        ),
        (
            "<zeebe:userTask/>",
            '<zeebe:userTask/><x:thing xmlns:x="urn:foreign" x:y="1"><x:z/></x:thing>',
        ),
        (
            "<bpmn:startEvent",
            '<bpmn:laneSet id="ls"><bpmn:lane id="l"/></bpmn:laneSet><bpmn:startEvent',
        ),
    )
    process = definitions.read([drawn]).processes[0]
    assert process.elements["Ask.me-1"].type == "USER_TASK"


@pytest.mark.parametrize(
    ("old", "new", "element", "rule"),
    [
        (
            '<bpmn:userTask id="A"',
            '<bpmn:userTask id="A" startQuantity="2"',
            "A",
            "unsupported-attribute",
        ),
        ("<bpmn:timeDuration>", "<bpmn:timeDuration>", "", ""),
        (
            "<bpmn:conditionExpression>",
            '<bpmn:conditionExpression language="groovy">',
            "f_X_end",
            "expression-language",
        ),
        (
            "<bpmn:timerEventDefinition>",
            "<bpmn:signalEventDefinition/><bpmn:timerEventDefinition>",
            "W",
            "several-events",
        ),
    ],
)
def test_what_would_mean_something_else_is_refused(
    old: str, new: str, element: str, rule: str
) -> None:
    drawn = edited(
        "start -> user:A -> catch:W(timer=PT1H) -> xor:X\nX -[true]-> end\nX -/-> end:E", (old, new)
    )
    found = {(each.element, each.rule) for each in lint.check([drawn]) if each.severity == "error"}
    assert (element, rule) in found if rule else not found


def test_a_shared_event_definition_is_found() -> None:
    drawn = edited(
        "start -> catch:W(timer=PT1H) -> end",
        (
            "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>"
            "</bpmn:timerEventDefinition>",
            "<bpmn:eventDefinitionRef>hour</bpmn:eventDefinitionRef>",
        ),
        (
            "<bpmn:process",
            '<bpmn:timerEventDefinition id="hour"><bpmn:timeDuration>PT1H</bpmn:timeDuration>'
            "</bpmn:timerEventDefinition><bpmn:process",
        ),
    )
    assert Story(drawn).waiting == ["W"]


def test_two_processes_of_one_file_are_both_deployed() -> None:
    content = bpmn("start -> end").decode()
    second = content[content.index("<bpmn:process") : content.index("</bpmn:definitions>")]
    for name in ("p", "start", "end", "f_start_end"):
        second = second.replace(f'"{name}"', f'"{name}2"')
    both = content.replace("</bpmn:definitions>", second + "</bpmn:definitions>")
    found = definitions.read([Resource("two.bpmn", both.encode())])
    assert [process.id for process in found.processes] == ["p", "p2"]


def test_advice_is_given_as_warnings() -> None:
    found = lint.check([resource("start -> user:A -> xor:X\nX -[a]-> end\nX -[b]-> end:E")])
    assert {(each.element, each.rule, each.severity) for each in found} == {
        ("A", "assignment", "warning"),
        ("X", "default-flow", "warning"),
    }


def test_what_is_bound_to_the_deployment_must_be_in_it() -> None:
    drawn = edited(
        "start -> call:C(process=other) -> end",
        ('processId="other"', 'processId="other" bindingType="deployment"'),
    )
    assert ("C", "binding") in {(each.element, each.rule) for each in lint.check([drawn])}


def test_a_function_with_arguments_it_does_not_take_is_a_warning_with_its_place() -> None:
    drawing = "start -> xor:X\nX -[starts with(name)]-> end\nX -/-> end:E"

    [found] = [p for p in lint.check([resource(drawing)]) if p.rule == "feel-arguments"]

    assert (found.severity, found.element, found.position) == ("warning", "X", 11)
    assert "starts with takes (string, match)" in found.message
