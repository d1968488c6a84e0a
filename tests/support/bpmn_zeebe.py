"""The zeebe: extensions and the loop of a node, as XML; see `bpmn` for the words."""

from xml.sax.saxutils import quoteattr


def extensions(kind: str, own: dict[str, str], default_type: str) -> str:
    """Give the extension elements of a node of this kind."""
    xml = ""
    if kind == "user":
        xml += "<zeebe:userTask/>"
        xml += _zeebe(
            "assignmentDefinition",
            own,
            assignee="assignee",
            groups="candidateGroups",
            users="candidateUsers",
        )
        xml += _zeebe("taskSchedule", own, due="dueDate", follow_up="followUpDate")
        xml += _zeebe("priorityDefinition", own, priority="priority")
    xml += _zeebe(
        "formDefinition",
        own,
        form="formId",
        form_key="formKey",
        external="externalReference",
        **_BINDING,
    )
    if kind in {"service", "send"} and "type" not in own:
        own = own | {"type": default_type}
    xml += _zeebe("taskDefinition", own, type="type", retries="retries")
    xml += _zeebe("script", own, expression="expression", result="resultVariable")
    xml += _zeebe("calledDecision", own, decision="decisionId", result="resultVariable", **_BINDING)
    xml += _zeebe(
        "calledElement",
        own,
        process="processId",
        propagate="propagateAllChildVariables",
        parent="propagateAllParentVariables",
        business="businessId",
        **_BINDING,
    )
    xml += _zeebe("jobPriorityDefinition", own, job_priority="priority")
    linked = _zeebe("linkedResource", own, linked="resourceId", **_BINDING)
    linked = linked.replace("/>", ' resourceType="file" linkName="it"/>')
    xml += f"<zeebe:linkedResources>{linked}</zeebe:linkedResources>" if linked else ""
    xml += _zeebe(
        "adHoc",
        own if kind == "adhoc" else {},
        active="activeElementsCollection",
        collect="outputCollection",
        element="outputElement",
    )
    xml += _headers(own) + _mappings(own) + _listeners(own) + properties(own)
    return f"<bpmn:extensionElements>{xml}</bpmn:extensionElements>" if xml else ""


def watched(own: dict[str, str]) -> str:
    """Say which variables a conditional event looks at, and when."""
    xml = _zeebe("conditionalFilter", own, watch="variableNames", changes="variableEvents")
    return f"<bpmn:extensionElements>{xml}</bpmn:extensionElements>" if xml else ""


_BINDING = {"binding": "bindingType", "tag": "versionTag"}
_MAIN = {  # without one of these words the element is not written
    "script": {"expression"},
    "calledDecision": {"decision"},
    "calledElement": {"process"},
    "formDefinition": {"form", "form_key", "external"},
    "linkedResource": {"linked"},
}


def _zeebe(element: str, own: dict[str, str], /, **names: str) -> str:
    if not _MAIN.get(element, set(own)) & set(own):
        return ""
    found = [f"{xml}={quoteattr(own[name])}" for name, xml in names.items() if name in own]
    return f"<zeebe:{element} {' '.join(found)}/>" if found else ""


def _headers(own: dict[str, str]) -> str:
    found = [
        f'<zeebe:header key="{name[7:]}" value={quoteattr(value)}/>'
        for name, value in own.items()
        if name.startswith("header.")
    ]
    return f"<zeebe:taskHeaders>{''.join(found)}</zeebe:taskHeaders>" if found else ""


def properties(own: dict[str, str]) -> str:
    """Give the properties of an element: the words that begin with `prop.`."""
    found = [
        f'<zeebe:property name="{name[5:]}" value={quoteattr(value)}/>'
        for name, value in own.items()
        if name.startswith("prop.")
    ]
    return f"<zeebe:properties>{''.join(found)}</zeebe:properties>" if found else ""


def _mappings(own: dict[str, str]) -> str:
    xml = ""
    for prefix, tag in (("in.", "input"), ("out.", "output")):
        for name, value in own.items():
            if name.startswith(prefix):
                xml += f'<zeebe:{tag} source={quoteattr(value)} target="{name[len(prefix) :]}"/>'
    return f"<zeebe:ioMapping>{xml}</zeebe:ioMapping>" if xml else ""


def _listeners(own: dict[str, str]) -> str:
    xml = ""
    for tag, prefix in (("executionListener", "on_"), ("taskListener", "task_")):
        inner = "".join(
            f'<zeebe:{tag} eventType="{name[len(prefix) :]}" type="{kind}"/>'
            for name, value in own.items()
            if name.startswith(prefix)
            for kind in value.split(",")
        )
        xml += f"<zeebe:{tag}s>{inner}</zeebe:{tag}s>" if inner else ""
    return xml


def loop(own: dict[str, str]) -> str:
    if "while" in own or "max" in own:
        maximum = f' loopMaximum="{own["max"]}"' if "max" in own else ""
        before = ' testBefore="true"' if "before" in own else ""
        condition = escaped(own["while"]) if "while" in own else ""
        inner = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
        return (
            f"<bpmn:standardLoopCharacteristics{maximum}{before}>{inner}"
            "</bpmn:standardLoopCharacteristics>"
        )
    if "each" not in own and "times" not in own:
        return ""
    sequential = ' isSequential="true"' if "sequential" in own else ""
    xml = _zeebe(
        "loopCharacteristics",
        own,
        each="inputCollection",
        item="inputElement",
        collect="outputCollection",
        element="outputElement",
    )
    inner = f"<bpmn:extensionElements>{xml}</bpmn:extensionElements>" if xml else ""
    if "times" in own:
        inner += f"<bpmn:loopCardinality>{escaped(own['times'])}</bpmn:loopCardinality>"
    if "until" in own:
        inner += f"<bpmn:completionCondition>{escaped(own['until'])}</bpmn:completionCondition>"
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{sequential}>{inner}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def escaped(value: str) -> str:
    """Write a text as XML text."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
