"""Nothing that a drawing says is lost in silence: it runs, is refused, or is told."""

import json
from pathlib import Path

import pytest

from engine import lint
from engine.model import Resource

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:operaton="http://operaton.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:own="http://example.org/own" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">'
)


def found(inner: str, *, process: str = "", beside: str = "") -> list[tuple[str, str, str]]:
    """Severity, element and rule of all problems of a process with a start, an end and this."""
    told = process or 'isExecutable="true"'
    xml = (
        f'{HEAD}{beside}<bpmn:process id="p" name="Orders" {told}>'
        f'<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t"/>'
        f'{inner}<bpmn:sequenceFlow id="f2" sourceRef="t" targetRef="e"/><bpmn:endEvent id="e"/>'
        "</bpmn:process></bpmn:definitions>"
    )
    problems = lint.check([Resource("d.bpmn", xml.encode())])
    return [(each.severity, each.element, each.rule) for each in problems]


def errors(inner: str, **more: str) -> set[tuple[str, str]]:
    return {
        (element, rule) for severity, element, rule in found(inner, **more) if severity == "error"
    }


TASK = '<bpmn:task id="t" name="Read"/>'


@pytest.mark.parametrize(
    "task",
    [
        TASK,  # beside nothing, a warning, an error
        '<bpmn:task id="t" name="Read"><bpmn:dataInputAssociation id="a"/></bpmn:task>',
        '<bpmn:serviceTask id="t" name="Read"/>',
    ],
)
def test_c1_a_process_that_is_not_executable_is_always_told(task: str) -> None:
    assert ("p", "executable") in errors(task, process='isExecutable="false"')


def test_c1_with_its_name() -> None:
    xml = f'{HEAD}<bpmn:process id="p" name="Orders" isExecutable="false">{TASK}</bpmn:process>'
    [problem, *_] = lint.check([Resource("d.bpmn", f"{xml}</bpmn:definitions>".encode())])
    assert problem.message == "No process is executable: 'Orders'."


@pytest.mark.parametrize(
    ("attribute", "engine"),
    [
        ('operaton:assignee="kermit"', "Operaton"),
        ('operaton:formKey="x"', "Operaton"),
        ('flowable:candidateStarterGroups="managers"', "Flowable"),
        ('camunda:errorCodeVariable="code"', "Camunda 7"),
    ],
)
def test_c3_what_another_engine_would_act_on_is_refused_by_name(
    attribute: str, engine: str
) -> None:
    assert ("t", "foreign-engine") in errors(f'<bpmn:userTask id="t" name="Ask" {attribute}/>')


def test_c3_words_on_parts_of_an_element_are_refused_too() -> None:
    stop = '<bpmn:signal id="sg" name="stop" flowable:scope="processInstance"/>'
    assert ("sg", "foreign-engine") in errors(TASK, beside=stop)
    data = (
        '<bpmn:dataObject id="d"><bpmn:extensionElements><flowable:value>1</flowable:value>'
        "</bpmn:extensionElements></bpmn:dataObject>"
    )
    assert ("p", "foreign-engine") in errors(TASK + data)


def test_c3_an_extension_that_nobody_knows_is_told() -> None:
    task = (
        '<bpmn:userTask id="t" name="Ask"><bpmn:extensionElements><own:ask who="bob"/>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )
    assert ("warning", "t", "foreign-extension") in found(task)


LOOPS = (
    '<bpmn:task id="t" name="Both"><bpmn:standardLoopCharacteristics loopMaximum="2"/>'
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>5</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics></bpmn:task>"
)
TIMES = (
    '<bpmn:intermediateCatchEvent id="t"><bpmn:timerEventDefinition>'
    "<bpmn:timeDuration>PT2M</bpmn:timeDuration><bpmn:timeCycle>R4/PT1H</bpmn:timeCycle>"
    "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
)
UNDONE = TASK + "".join(
    f'<bpmn:boundaryEvent id="{name}" attachedToRef="t"><bpmn:compensateEventDefinition/>'
    f'</bpmn:boundaryEvent><bpmn:task id="u{name}" name="Undo" isForCompensation="true"/>'
    f'<bpmn:association id="as{name}" sourceRef="{name}" targetRef="u{name}"/>'
    for name in ("b1", "b2")
)
DANGLING = (
    '<bpmn:intermediateThrowEvent id="t"><bpmn:eventDefinitionRef>Gone</bpmn:eventDefinitionRef>'
    "</bpmn:intermediateThrowEvent>"
)
CANCEL = (
    '<bpmn:transaction id="t" name="Pay"><bpmn:task id="in" name="In"/></bpmn:transaction>'
    '<bpmn:boundaryEvent id="b" attachedToRef="t" cancelActivity="false">'
    "<bpmn:cancelEventDefinition/></bpmn:boundaryEvent>"
)
LINK = (
    f"{TASK}"
    '<bpmn:intermediateCatchEvent id="l"><bpmn:linkEventDefinition name="L"/>'
    '</bpmn:intermediateCatchEvent><bpmn:sequenceFlow id="f9" sourceRef="l" targetRef="e"/>'
)


@pytest.mark.parametrize(
    ("inner", "element", "rule"),
    [
        (LOOPS, "t", "loop"),
        (TIMES, "t", "timer"),
        (UNDONE, "t", "ambiguous-catch"),
        (DANGLING, "t", "dangling-reference"),
        (CANCEL, "b", "event-type"),
        (LINK, "l", "link"),
    ],
)
def test_c4_what_would_be_run_in_part_only_is_refused(inner: str, element: str, rule: str) -> None:
    assert (element, rule) in errors(inner)


CASES = Path(__file__).parents[4] / "shared" / "cases"


@pytest.mark.skipif(not CASES.is_dir(), reason="the sightings are not here")
@pytest.mark.parametrize(
    "name",
    [
        "not-executable-but-accepted",
        "operaton-namespace",
        "flowable-leaks",
        "two-loops",
        "dangling-event-definition",
    ],
)
def test_no_sighting_is_accepted(name: str) -> None:
    file = CASES / f"{name}.bpmn"
    problems = lint.check([Resource(file.name, file.read_bytes())])
    assert any(each.severity == "error" for each in problems)


def test_c10_an_id_that_no_index_holds_is_refused() -> None:
    long = "x" * 256
    assert (long[:255], "id-length") in errors(f'<bpmn:task id="{long}" name="T"/>')
    form = f'{{"id": "{long}", "type": "default", "components": []}}'
    problems = lint.check([Resource("f.form", form.encode())])
    assert [each.rule for each in problems] == ["id-length"]


@pytest.mark.parametrize(
    ("component", "rule"),
    [
        ({"type": "number", "key": "n", "validate": {"min": 5, "max": 1}}, "form-limits"),
        ({"type": "number", "key": "n", "defaultValue": 0, "validate": {"min": 1}}, "form-limits"),
        (
            {"type": "textfield", "key": "n", "validate": {"minLength": 9, "maxLength": 3}},
            "form-limits",
        ),
        ({"type": "select", "key": "n"}, "form-options"),
        ({"type": "textfield", "key": "n", "validate": {"pattern": "[a-"}}, "form-pattern"),
        ({"type": "textfield", "key": "n", "label": "Dear {{name"}, "form-placeholder"),
        ({"type": "textfield", "key": "n", "label": "= 1 +"}, "form-expression"),
        ({"type": "magic", "key": "n"}, "form-component"),
    ],
)
def test_c17_every_component_of_a_form_is_judged_with_its_key(
    component: dict[str, object], rule: str
) -> None:
    form = {"id": "f", "type": "default", "components": [component]}
    problems = lint.check([Resource("f.form", json.dumps(form).encode())])
    assert [(each.element, each.rule, each.resource) for each in problems] == [
        ("n", rule, "f.form")
    ]


def test_c17_doubled_keys_are_refused() -> None:
    field = {"type": "textfield", "key": "n"}
    form = {"id": "f", "type": "default", "components": [field, field]}
    problems = lint.check([Resource("f.form", json.dumps(form).encode())])
    assert [each.rule for each in problems] == ["form-double-key"]


def test_c6_what_cannot_run_is_named_itself_and_not_the_flows_at_it() -> None:
    xml = f'{HEAD}<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>'
    xml += '<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="g"/>'
    xml += '<bpmn:complexGateway id="g" name="Two of three"/>'
    xml += '<bpmn:sequenceFlow id="f2" sourceRef="g" targetRef="e"/><bpmn:endEvent id="e"/>'
    xml += "</bpmn:process></bpmn:definitions>"
    problems = lint.check([Resource("d.bpmn", xml.encode())])
    errors = [each for each in problems if each.severity == "error"]
    assert [each.message for each in errors] == ["A complexGateway cannot run: 'Two of three'."]


def test_c6_a_loose_arrow_is_told_by_the_element_it_leaves() -> None:
    xml = f'{HEAD}<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s" name="Asked"/>'
    xml += '<bpmn:sequenceFlow id="f1" sourceRef="s"/></bpmn:process></bpmn:definitions>'
    found = lint.check([Resource("d.bpmn", xml.encode())])
    assert found[0].message == (
        "The sequence flow at 'Asked' does not end at an element of the same scope."
    )
