"""What other engines add to a drawing: refused where it would change what happens, never lost.

A drawing made for Camunda 8, and an element that has zeebe: extensions of its own, mean those.
"""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.parse.names import (
    BPMN,
    MODELER,
    ZEEBE,
    XmlNode,
    child,
    for_camunda_8,
    local,
    owner,
)
from engine.model import Problem

_ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://operaton.org/schema/1.0/bpmn": "Operaton",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://www.jboss.org/drools": "jBPM",
}
_ASSIGNMENT = "zeebe:assignmentDefinition"
_JOB = "zeebe:taskDefinition"
_CALL = "zeebe:calledElement"
_MAPPING = "zeebe:ioMapping"
_LISTENER = "zeebe:executionListener or zeebe:taskListener"
_FORM = "zeebe:formDefinition"
_SAID = {  # attribute or extension element with an effect there: what says it here
    **dict.fromkeys(("assignee", "owner", "candidateUsers", "candidateGroups"), _ASSIGNMENT),
    **dict.fromkeys(("dueDate", "followUpDate", "businessCalendarName"), "zeebe:taskSchedule"),
    "priority": "zeebe:priorityDefinition",
    **dict.fromkeys(("formKey", "formRef", "formData", "formProperty"), _FORM),
    **dict.fromkeys(("class", "delegateExpression", "expression", "type", "topic"), _JOB),
    **dict.fromkeys(("taskName", "serviceInterface", "serviceOperation", "ruleFlowGroup"), _JOB),
    **dict.fromkeys(("resultVariable", "resultVariableName", "field", "connector"), _JOB),
    **dict.fromkeys(("calledElementBinding", "calledElementVersion", "caseRef"), _CALL),
    **dict.fromkeys(("in", "out", "inputOutput", "variableMappingClass"), _MAPPING),
    **dict.fromkeys(("decisionRef", "mapDecisionResult"), "zeebe:calledDecision"),
    **dict.fromkeys(("collection", "elementVariable"), "zeebe:loopCharacteristics"),
    **dict.fromkeys(("executionListener", "taskListener", "eventListener"), _LISTENER),
    **dict.fromkeys(("onEntry-script", "onExit-script"), _LISTENER),
    "skipExpression": "an exclusive gateway",
    "initiator": "a variable given at the start",
    **dict.fromkeys(("candidateStarterGroups", "candidateStarterUsers"), "a property start.groups"),
    "potentialStarter": "a property start.groups",
    "scope": "an error, an escalation or a message",
    "terminateAll": "an error that the process catches",
    "value": "a variable given at the start",
    **dict.fromkeys(("errorCodeVariable", "errorMessageVariable"), "an output mapping"),
    "escalationCodeVariable": "an output mapping",
    "eventType": "a message",
    **dict.fromkeys(
        ("eventInParameter", "eventOutParameter", "eventCorrelationParameter"), "a message"
    ),
    **dict.fromkeys(("inheritVariables", "inheritBusinessKey", "sameDeployment"), _CALL),
    **dict.fromkeys(
        ("calledElementType", "calledElementTenantId", "fallbackToDefaultTenant"), _CALL
    ),
    **dict.fromkeys(("decisionRefBinding", "decisionRefVersion"), "zeebe:calledDecision"),
    **dict.fromkeys(("resource", "resultFormat", "scriptFormat"), "zeebe:script"),
    **dict.fromkeys(("failedJobRetryTimeCycle", "retries"), _JOB),
    **dict.fromkeys(("variableName", "variableEvents"), "zeebe:conditionalFilter"),
    "errorEventDefinition": "a boundary event",
    **dict.fromkeys(("mapException", "triggerable", "parallelInSameTransaction"), _JOB),
}
# Says nothing about what happens: how fast, in which list, for whose eyes.
_HARMLESS = {
    *("asyncBefore", "asyncAfter", "async", "exclusive", "jobPriority", "taskPriority"),
    *("historyTimeToLive", "versionTag", "isStartableInTasklist", "properties", "property"),
    *("modelerTemplate", "modelerTemplateVersion", "diagramRelationId", "color", "colors"),
}
_OURS = {ZEEBE, MODELER, BPMN}
_ROLES = {"humanPerformer", "potentialOwner", "performer", "resourceRole"}


def check(root: Any) -> Iterator[Problem]:
    """Name each element with something that another engine would act on."""
    if for_camunda_8(root):
        return
    for node in root.iter():
        if local(node) in _ROLES and not _is_ours(owner(node)):
            message = f"A {local(node)} has no effect here."
            yield _problem(node, message, f"Say it with {_ASSIGNMENT}.")
        elif local(node) and not _is_ours(owner(node)):
            yield from _foreign(node)
    yield from _unknown(root)


def _unknown(root: Any) -> Iterator[Problem]:
    """Tell of extensions that we do not know, once for each tool: they may mean anything."""
    found: dict[str, set[str]] = {}
    first: dict[str, XmlNode] = {}
    for node in root.iter():
        if local(node) != "extensionElements" or _is_ours(owner(node)):
            continue
        for each in node:
            space, _, word = str(each.tag).removeprefix("{").partition("}")
            known = space in _OURS or word in _HARMLESS or (space in _ENGINES and word in _SAID)
            if isinstance(each.tag, str) and not known:
                found.setdefault(space, set()).add(word)
                first.setdefault(space, node)
    for space, words in found.items():
        message = f"What '{space}' calls {', '.join(sorted(words)[:5])} is not known here."
        element = owner(first[space]).get("id") or ""
        hint = "If it changes what happens, draw it or say it with zeebe: extensions."
        yield Problem(message, "warning", element=element, rule="foreign-extension", hint=hint)


def _foreign(node: XmlNode) -> Iterator[Problem]:
    found: dict[str, list[str]] = {}
    holder = child(node, "extensionElements")
    names = [*node.attrib, *(() if holder is None else (each.tag for each in holder))]
    for name in names:
        space, _, word = str(name).removeprefix("{").partition("}")
        if space in _ENGINES and word in _SAID:
            found.setdefault(_ENGINES[space], []).append(word)
    for engine, words in found.items():
        message = f"What {engine} calls {', '.join(sorted(set(words)))} has no effect here."
        hint = f"Say it with {', '.join(sorted({_SAID[word] for word in words}))}."
        yield _problem(node, message, hint)


def _is_ours(element: XmlNode) -> bool:
    holder = child(element, "extensionElements")
    return holder is not None and any(
        isinstance(each.tag, str) and each.tag.startswith(f"{{{ZEEBE}}}") for each in holder
    )


def _problem(node: XmlNode, message: str, hint: str) -> Problem:
    return Problem(message, element=owner(node).get("id") or "", rule="foreign-engine", hint=hint)
