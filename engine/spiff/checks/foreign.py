"""What other tools draw and we would run in another sense: refused, never changed in silence."""

from collections.abc import Iterator

from engine.model import Problem
from engine.spiff.names import Node, child, children, event_definitions, local, text

_ODD = {  # attribute of an element: the values that mean what we do
    "instantiate": {"false"},
    "startQuantity": {"1"},
    "completionQuantity": {"1"},
    "parallelMultiple": {"false"},
    "eventGatewayType": {"Exclusive"},
    "ordering": {"Parallel"},
}
_NO_EFFECT = {"ioSpecification", "dataInputAssociation", "dataOutputAssociation"}


def check_node(node: Node) -> Iterator[Problem]:
    """Name what an element asks for that we do not do."""
    for attribute, fine in _ODD.items():
        value = node.get(attribute)
        if value is not None and value not in fine:
            message = f'{attribute}="{value}" cannot run.'
            yield _problem(node, message, "unsupported-attribute")
    events = [*event_definitions(node), *children(node, "eventDefinitionRef")]
    if len(events) > 1:
        hint = "Draw one event for each."
        yield _problem(node, "An event with several triggers cannot run.", "several-events", hint)
    if any(local(each) in _NO_EFFECT for each in node):
        hint = "Use input and output mappings."
        message = "Data associations have no effect."
        yield Problem(message, "warning", element=node.get("id") or "", rule="data", hint=hint)
    yield from _loop(node)


def check_language(node: Node, owner: Node) -> Iterator[Problem]:
    """Refuse an expression that says it is written in another language than FEEL."""
    language = (node.get("language") or "").lower()
    if language and "feel" not in language and text(node):
        message = f"An expression in '{node.get('language')}' cannot run."
        yield _problem(owner, message, "expression-language", "Write it in FEEL.")


def _loop(node: Node) -> Iterator[Problem]:
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is not None and many.get("behavior", "All") != "All":
        yield _problem(node, "Events of a multi-instance activity cannot run.", "loop")
    standard = child(node, "standardLoopCharacteristics")
    maximum = None if standard is None else standard.get("loopMaximum")
    if maximum is not None and not maximum.isdigit():
        yield _problem(node, f"The loop maximum '{maximum}' is no number.", "loop")


def _problem(node: Node, message: str, rule: str, hint: str = "") -> Problem:
    return Problem(message, element=node.get("id") or "", rule=rule, hint=hint)
