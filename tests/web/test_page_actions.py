"""What can be done with an instance comes from its drawing: open tasks, messages with a button."""

import re
from collections.abc import Callable

from flask import Flask

from engine import reads, store
from engine.model import Resource, StartRequest
from tests.web.browser import Browser

Opens = Callable[[str], Browser]
LETTER = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="f" targetNamespace="http://example.org">
  <bpmn:message id="m" name="anything.at_all">
    <bpmn:extensionElements><zeebe:subscription correlationKey="=number"/></bpmn:extensionElements>
  </bpmn:message>
  <bpmn:process id="letter" name="Letter" isExecutable="true">
    <bpmn:extensionElements><zeebe:properties>
      <zeebe:property name="start.groups" value="care_agent"/>
      <zeebe:property name="owner" value="care_head"/>
    </zeebe:properties></bpmn:extensionElements>
    <bpmn:startEvent id="s"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="X17"/>
    <bpmn:userTask id="X17" name="Write it">
      <bpmn:extensionElements><zeebe:userTask/>
        <zeebe:assignmentDefinition candidateGroups="care_agent"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="X18" attachedToRef="X17">
      <bpmn:extensionElements><zeebe:properties>
        <zeebe:property name="button" value="Hold the letter back"/>
        <zeebe:property name="button.asks" value="why"/>
        <zeebe:property name="button.prompt" value="Why hold it back?"/>
      </zeebe:properties></bpmn:extensionElements>
      <bpmn:outgoing>f3</bpmn:outgoing>
      <bpmn:messageEventDefinition messageRef="m"/>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="X17" targetRef="e"/>
    <bpmn:sequenceFlow id="f3" sourceRef="X18" targetRef="X19"/>
    <bpmn:userTask id="X19" name="Look again">
      <bpmn:extensionElements><zeebe:userTask/>
        <zeebe:assignmentDefinition candidateGroups="care_agent"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f4" sourceRef="X19" targetRef="e"/>
    <bpmn:endEvent id="e">
      <bpmn:incoming>f2</bpmn:incoming><bpmn:incoming>f4</bpmn:incoming>
    </bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>"""


def letter(app: Flask, ids: str = "X") -> int:
    engine = app.extensions["peyvand"].engine
    engine.by("bob").definitions.deploy(
        [Resource("letter.bpmn", LETTER.replace('"X1', f'"{ids}1').encode())]
    )
    key: int = (
        engine.by("charlie")
        .instances.start(StartRequest("letter", variables={"number": "L-1"}))
        .instance_key
    )
    return key


def address(page: str, button: str) -> str:
    [found] = re.findall(rf'action="([^"]+)"(?:(?!</form>).)*{button}', page, re.DOTALL)
    return str(found)


def test_f9_a_renamed_element_keeps_its_button(app: Flask, enter: Opens) -> None:
    charlie = enter("charlie")
    for ids in ("X", "renamed_"):
        key = letter(app, ids)
        page = charlie.get(f"/instances/{key}")
        assert "It is your turn: Write it" in page
        assert "Why hold it back?" in page

        sent = charlie.post(
            address(page, "Hold the letter back"), said="wrong name", next=f"/instances/{key}"
        )

        assert sent.status_code == 303
        page = charlie.get(f"/instances/{key}")
        assert "It is your turn: Look again" in page
        assert "Hold the letter back" not in page
        with store.reading(app.extensions["peyvand"].database) as connection:
            [why] = [v.value for v in reads.variables(connection, key) if v.name == "why"]
        assert why == "Charlie: wrong name"


def test_f9_who_has_nothing_to_do_with_the_process_gets_no_button(app: Flask, enter: Opens) -> None:
    key = letter(app)
    page = enter("charlie").get(f"/instances/{key}")
    place = address(page, "Hold the letter back")
    assert "Hold the letter back" in enter("bob").get(f"/instances/{key}")  # the owner's group
    alice = enter("alice")
    alice.get(f"/instances/{key}")
    assert "Hold the letter back" not in alice.page
    assert alice.post(place, said="no").status_code == 409


def test_f9_a_message_nobody_waits_for_any_more_is_refused_in_words(
    app: Flask, enter: Opens
) -> None:
    key = letter(app)
    charlie = enter("charlie")
    place = address(charlie.get(f"/instances/{key}"), "Hold the letter back")
    assert charlie.post(place).status_code == 303
    answer = charlie.post(place)
    assert answer.status_code == 409
    assert "does not wait for this any more" in answer.text
