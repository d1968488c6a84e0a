"""Drawings of other tools: each runs, or every reason why not is named with its element."""

from pathlib import Path

import pytest

from engine import definitions, lint
from engine.model import Resource
from tests.support.bpmn import bpmn
from tests.support.story import Story

DRAWINGS = Path(__file__).parent / "drawings"
REASONS = {
    "flowable.bpmn": {
        ("startEvent", "foreign-engine"),
        ("ask", "foreign-engine"),
        ("holiday", "foreign-engine"),
        ("store", "foreign-engine"),
        ("store", "job-type"),
        ("decision", "feel"),
    },
    "activiti.bpmn": {
        ("writeTask", "foreign-engine"),
        ("script", "script"),
        ("many", "foreign-engine"),
        ("many", "loop"),
    },
    "camunda7.bpmn": {
        ("approve", "foreign-engine"),
        ("pay", "foreign-engine"),
        ("pay", "job-type"),
        ("call", "foreign-engine"),
    },
    "bizagi.bpmn": {("Id_f3", "sequence-flow-condition"), ("Id_f4", "sequence-flow-condition")},
    "jbpm.bpmn2": {
        ("_T", "foreign-engine"),
        ("_M", "foreign-engine"),
        ("_3", "expression-language"),
        ("_4", "expression-language"),
        ("_G", "feel"),
    },
}


def drawing(name: str) -> Resource:
    return Resource(name, (DRAWINGS / name).read_bytes())


@pytest.mark.parametrize("name", sorted(REASONS))
def test_what_another_engine_would_do_is_named(name: str) -> None:
    found = lint.check([drawing(name)])
    errors = {(each.element, each.rule) for each in found if each.severity == "error"}
    assert errors == REASONS[name]
    assert all(each.resource == name for each in found)


def test_a_drawing_of_signavio_runs() -> None:
    story = Story(drawing("signavio.bpmn"))
    assert story.waiting == ["sid-t2"]
    assert story.done("sid-t2").ended == "COMPLETED"


@pytest.mark.parametrize(
    ("name", "process", "waits"),
    [
        ("visual_paradigm.bpmn", "P", []),
        ("enterprise_architect.bpmn", "Übersicht", ["EAID_B"]),  # in a code page of Windows
        ("adonis.bpmn", "فرایند", ["obj.4"]),  # in UTF-16
    ],
)
def test_other_tools_and_their_encodings_are_read(
    name: str, process: str, waits: list[str]
) -> None:
    story = Story(drawing(name))
    assert (story.definition.name, story.waiting) == (process, waits)


def test_the_pool_that_some_tools_draw_around_everything_is_left_out() -> None:
    found = lint.check([drawing("bizagi.bpmn")])
    assert ("Id_main", "warning") in {(each.element, each.severity) for each in found}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(range(256)),
        b'<?xml version="1.0" encoding="UTF-8"?><a>\xff</a>',
        b'<?xml version="1.0" encoding="KLINGON"?><a/>',
        b'<mxfile host="app.diagrams.net"><diagram id="a"/></mxfile>',
        b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns"/>',
        b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2" Id="x"/>',
    ],
)
def test_what_other_tools_save_as_something_else_is_refused(content: bytes) -> None:
    [problem] = lint.check([Resource("d.bpmn", content)])
    assert (problem.severity, problem.resource) == ("error", "d.bpmn")
    assert problem.message


def test_two_pools_without_events_and_with_odd_ids_run() -> None:
    found = definitions.read([drawing("no_events_two_pools.bpmn")]).processes
    assert [process.id for process in found] == ["first", "second"]
    story = Story(drawing("no_events_two_pools.bpmn"))
    assert story.waiting == ["C'", "ünïcödé.1"]
    assert story.done("C'").done("ünïcödé.1").ended == "COMPLETED"


def test_booleans_and_names_are_read_as_xml_writes_them() -> None:
    story = Story(drawing("true_and_one.bpmn"))
    assert story.waiting == ["ask", "heard", "late"]
    assert story.done("heard").waiting == ["ask", "heard", "late"], "isInterrupting is 0"
    assert story.done("late").ended == "COMPLETED"
    assert "ask TERMINATED" in story.told, "cancelActivity is 1"


def test_a_drawing_for_camunda_8_may_keep_what_it_had_before() -> None:
    content = bpmn("start -> user:Ask(assignee=alice) -> end").decode()
    content = content.replace(
        "<bpmn:userTask", '<bpmn:userTask xmlns:c="http://camunda.org/schema/1.0/bpmn" c:class="X"'
    )
    assert Story(Resource("p.bpmn", content.encode())).wait("Ask").data["assignee"] == "alice"


@pytest.mark.parametrize(
    ("old", "new", "element", "rule"),
    [
        ("<bpmn:userTask", '<bpmn:userTask isForCompensation="yes"', "A", "unsupported-attribute"),
        ("<bpmn:userTask", '<bpmn:userTask triggeredByEvent="true"', "A", "unsupported-attribute"),
        ("</bpmn:process>", '<bpmn:conversation id="X"/></bpmn:process>', "X", "unsupported"),
        ("<bpmn:endEvent", '<bpmn:implicitThrowEvent id="X"/><bpmn:endEvent', "X", "unsupported"),
    ],
)
def test_what_is_neither_known_nor_harmless_is_named(
    old: str, new: str, element: str, rule: str
) -> None:
    content = bpmn("start -> user:A -> end").decode()
    assert old in content
    found = lint.check([Resource("p.bpmn", content.replace(old, new, 1).encode())])
    assert (element, rule) in {(each.element, each.rule) for each in found}


def test_a_process_left_out_is_said() -> None:
    content = bpmn("start -> end").decode()
    other = '<bpmn:process id="other" isExecutable="false"><bpmn:task id="T"/></bpmn:process>'
    content = content.replace("</bpmn:definitions>", other + "</bpmn:definitions>")
    found = lint.check([Resource("p.bpmn", content.encode())])
    assert ("other", "executable", "warning") in {(e.element, e.rule, e.severity) for e in found}
