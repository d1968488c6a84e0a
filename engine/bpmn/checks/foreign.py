"""What other tools draw and we would run in another sense: refused, never changed in silence."""

from collections import Counter
from collections.abc import Iterator

from engine.bpmn.parse.names import (
    XmlNode,
    child,
    children,
    event_definitions,
    flag,
    local,
    text,
    zeebe,
)
from engine.model import Problem

_ODD = {  # attribute of an element: the values that mean what we do
    "instantiate": {"false", "0"},
    "startQuantity": {"1"},
    "completionQuantity": {"1"},
    "parallelMultiple": {"false", "0"},
    "eventGatewayType": {"Exclusive"},
    "ordering": {"Parallel"},
}
_FLAGS = {
    "isForCompensation",
    "cancelRemainingInstances",
    "triggeredByEvent",
    "isInterrupting",
    "cancelActivity",
    "testBefore",
    "isSequential",
    "waitForCompletion",
}
_NO_EFFECT = {"ioSpecification", "dataInputAssociation", "dataOutputAssociation"}


def check_node(node: XmlNode) -> Iterator[Problem]:
    """Name what an element asks for that we do not do."""
    for attribute, fine in _ODD.items():
        value = node.get(attribute)
        if value is not None and value not in fine:
            message = f'{attribute}="{value}" cannot run.'
            yield _problem(node, message, "unsupported-attribute")
    for part in (node, *children(node)):
        yield from _flags(node, part)
    events = [*event_definitions(node), *children(node, "eventDefinitionRef")]
    if len(events) > 1:
        hint = "Draw one event for each."
        yield _problem(node, "An event with several triggers cannot run.", "several-events", hint)
    if any(local(each) in _NO_EFFECT for each in node):
        hint = "Use input and output mappings."
        message = "Data associations have no effect."
        yield Problem(message, "warning", element=node.get("id") or "", rule="data", hint=hint)
    for event in event_definitions(node):
        times = children(event, "timeDate", "timeDuration", "timeCycle")
        if local(event) == "timerEventDefinition" and len(list(times)) > 1:
            hint = "Keep a date, a duration or a cycle."
            yield _problem(node, "The timer has several times.", "timer", hint)
    yield from _loop(node)
    yield from _twice(node)


def _twice(node: XmlNode) -> Iterator[Problem]:
    """An extension that is there twice says two things."""
    holder = child(node, "extensionElements")
    tags = Counter() if holder is None else Counter(str(each.tag) for each in holder)
    for tag, count in tags.items():
        if count > 1 and tag.startswith(zeebe("")):
            name = tag.removeprefix(zeebe(""))
            message = f"zeebe:{name} is there {count} times: which one is meant?"
            yield _problem(node, message, "extension-twice")


def _flags(node: XmlNode, part: XmlNode) -> Iterator[Problem]:
    for name in sorted(_FLAGS & set(part.attrib)):
        value = part.get(name)
        if value.strip() not in {"true", "false", "1", "0"}:
            message = f'{name}="{value}" is neither true nor false.'
            yield _problem(node, message, "unsupported-attribute")
    if flag(part, "triggeredByEvent", default=False) and local(part) != "subProcess":
        yield _problem(node, f"A {local(part)} by an event cannot run.", "unsupported-attribute")
    if not flag(part, "waitForCompletion", default=True):
        message = "A compensation that is not waited for cannot run."
        yield _problem(node, message, "unsupported-attribute")


def check_language(node: XmlNode, owner: XmlNode) -> Iterator[Problem]:
    """Refuse an expression that says it is written in another language than FEEL."""
    language = (node.get("language") or "").lower()
    if language and "feel" not in language and text(node):
        message = f"An expression in '{node.get('language')}' cannot run."
        yield _problem(owner, message, "expression-language", "Write it in FEEL.")


def _loop(node: XmlNode) -> Iterator[Problem]:
    loops = children(node, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
    if len(list(loops)) > 1:
        hint = "Draw a subprocess around it for the outer loop."
        yield _problem(node, "It repeats in several ways at once.", "loop", hint)
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is not None and many.get("behavior", "All") != "All":
        yield _problem(node, "Events of a multi-instance activity cannot run.", "loop")
    standard = child(node, "standardLoopCharacteristics")
    maximum = None if standard is None else standard.get("loopMaximum")
    if maximum is not None and not maximum.isdigit():
        yield _problem(node, f"The loop maximum '{maximum}' is no number.", "loop")


def _problem(node: XmlNode, message: str, rule: str, hint: str = "") -> Problem:
    return Problem(message, element=node.get("id") or "", rule=rule, hint=hint)
