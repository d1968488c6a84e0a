"""What the `zeebe` extensions of an element say: jobs, mappings, people, forms, properties …"""

from engine.difference.tree import (
    ZEEBE,
    Node,
    canonical,
    child,
    children,
    local,
    namespace,
    squeezed,
)

Facts = dict[tuple[str, str], str]

# Extension → {attribute: (kind, its default)}
_PLAIN: dict[str, dict[str, tuple[str, str]]] = {
    "taskDefinition": {"type": ("job", ""), "retries": ("job.retries", "3")},
    "jobPriorityDefinition": {"priority": ("job.priority", "")},
    "assignmentDefinition": {
        "assignee": ("assignee", ""),
        "candidateGroups": ("groups", ""),
        "candidateUsers": ("users", ""),
    },
    "taskSchedule": {"dueDate": ("due", ""), "followUpDate": ("follow_up", "")},
    "priorityDefinition": {"priority": ("priority", "50")},
    "formDefinition": {
        "formId": ("form", ""),
        "formKey": ("form", ""),
        "externalReference": ("form", ""),
    },
    "calledElement": {
        "processId": ("calls", ""),
        "processIdExpression": ("calls", ""),
        "propagateAllChildVariables": ("calls.back", "true"),
        "propagateAllParentVariables": ("calls.along", "true"),
        "businessId": ("calls.business_key", ""),
    },
    "calledDecision": {"decisionId": ("decides", ""), "resultVariable": ("decides.result", "")},
    "script": {"expression": ("script", ""), "resultVariable": ("script.result", "")},
    "adHoc": {
        "activeElementsCollection": ("adhoc.active", ""),
        "outputCollection": ("adhoc.results", ""),
        "outputElement": ("adhoc.result", ""),
    },
    "versionTag": {"value": ("version_tag", "")},
    "userTask": {},
    "userTaskForm": {},
    "subscription": {},
    "loopCharacteristics": {
        "inputCollection": ("loop.collection", ""),
        "inputElement": ("loop.element", ""),
        "outputCollection": ("loop.results", ""),
        "outputElement": ("loop.result", ""),
    },
}
_BOUND = {"formDefinition": "form", "calledElement": "calls", "calledDecision": "decides"}
# Extension → kind ("": input, output), attributes of key and value
_LISTS = {
    "ioMapping": ("", "target", "source"),
    "taskHeaders": ("header", "key", "value"),
    "properties": ("property", "name", "value"),
}
# Notes of modelers: which template an element was made from, example data for their forms.
_NOTES = {"modelerTemplate", "exampleOutputJson"}


def of(node: Node) -> Facts:
    """Return the facts of the extensions of an element."""
    holder = child(node, "extensionElements")
    found: Facts = {}
    for each in () if holder is None else children(holder):
        if namespace(each) == ZEEBE:
            _extension(found, each)
    return found


def loop(node: Node) -> Facts:
    """Return the facts of a multi-instance activity."""
    return of(node)


def _extension(found: Facts, node: Node) -> None:
    name = local(node)
    if name in _LISTS:
        _list(found, node, *_LISTS[name])
    elif name in {"executionListeners", "taskListeners"}:
        _listeners(found, node)
    elif name in _PLAIN:
        _attributes(found, node, name)
    else:
        found["other", name] = canonical(node)


def _list(found: Facts, node: Node, kind: str, key: str, value: str) -> None:
    for each in children(node):
        if each.get(key) not in _NOTES:
            found[kind or local(each), each.get(key, "")] = squeezed(each.get(value))


def _attributes(found: Facts, node: Node, name: str) -> None:
    for attribute, (kind, usual) in _PLAIN[name].items():
        value = squeezed(node.get(attribute)) or usual
        if value != usual:
            found[kind, ""] = value
    if name == "userTask":
        found["user_task", ""] = "true"
    if name == "userTaskForm":
        found["form.embedded", node.get("id", "")] = squeezed(node.text)
    if name in _BOUND:
        binding = node.get("bindingType", "latest")
        said = f"{binding} {node.get('versionTag', '')}".strip()
        if said != "latest":
            found[f"{_BOUND[name]}.binding", ""] = said


def _listeners(found: Facts, node: Node) -> None:
    for each in children(node):
        key = ("listener", each.get("eventType", ""))
        retries = each.get("retries", "3")
        said = squeezed(each.get("type")) + ("" if retries == "3" else f" ({retries})")
        found[key] = f"{found[key]}, {said}" if key in found else said
