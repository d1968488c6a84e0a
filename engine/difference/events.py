"""What an event waits for or throws: timer, message, signal, error, escalation, condition, link."""

from engine.difference.tree import Node, canonical, child, children, local, squeezed

Facts = dict[tuple[str, str], str]

_SUFFIX = "EventDefinition"
_TIMES = ("timeDuration", "timeDate", "timeCycle")
# Definition → (reference to a shared element, the attribute of it that is compared)
_SHARED = {
    "signal": ("signalRef", "name"),
    "error": ("errorRef", "errorCode"),
    "escalation": ("escalationRef", "escalationCode"),
}


def of(node: Node, shared: dict[str, Node]) -> Facts:
    """Return what an event, or a task that receives a message, waits for or throws."""
    found: Facts = {}
    definitions = [each for each in children(node) if local(each).endswith(_SUFFIX)]
    kinds = [local(each).removesuffix(_SUFFIX) for each in definitions]
    if kinds:
        found["event", ""] = ", ".join(kinds)
    for kind, definition in zip(kinds, definitions, strict=True):
        _definition(found, kind, definition, shared)
    if (message := node.get("messageRef")) is not None:
        _message(found, shared.get(message))
    return found


def _definition(found: Facts, kind: str, node: Node, shared: dict[str, Node]) -> None:
    if kind == "timer":
        for each in children(node, *_TIMES):
            found["timer", local(each).removeprefix("time").lower()] = squeezed(each.text)
    elif kind == "message":
        _message(found, shared.get(node.get("messageRef", "")))
    elif kind in _SHARED:
        reference, attribute = _SHARED[kind]
        target = shared.get(node.get(reference, ""))
        found[kind, ""] = "*" if target is None else squeezed(target.get(attribute)) or "*"
    elif kind == "conditional":
        _condition(found, node)
    elif kind == "link":
        found["link", ""] = squeezed(node.get("name"))
    elif kind == "compensate":
        found["compensates", ""] = node.get("activityRef", "")


def _message(found: Facts, message: Node | None) -> None:
    if message is None:
        return
    found["message", ""] = squeezed(message.get("name"))
    for each in message.iter():
        if local(each) == "subscription":
            found["message.key", ""] = squeezed(each.get("correlationKey"))


def _condition(found: Facts, node: Node) -> None:
    condition = child(node, "condition")
    found["condition", ""] = "" if condition is None else squeezed(condition.text)
    for each in node.iter():
        if local(each) == "conditionalFilter":
            found["condition.filter", ""] = canonical(each)
