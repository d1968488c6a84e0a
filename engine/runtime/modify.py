"""An operator moves tokens: activate, move, terminate, and elements of an ad-hoc subprocess."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.bpmn.execution.context import Context
from engine.bpmn.execution.token import Token
from engine.bpmn.instance import Instance
from engine.definitions import Definition
from engine.errors import Invalid, NotFound
from engine.model import Json, Step
from engine.runtime import codec
from engine.runtime.moves import load
from engine.runtime.placing import activate as place

Instruction = Mapping[str, Any]


def modify(
    definition: Definition,
    state: dict[str, Json],
    *,
    activate: Sequence[Instruction] = (),
    move: Sequence[Instruction] = (),
    terminate: Sequence[Instruction] = (),
    context: Context,
) -> Step:
    """Do the instructions in the words of the API; raises NotFound or Invalid, changing nothing.

    activate {elementId, ancestorElementInstanceKey?, variableInstructions?}, move {sourceElementId
    or sourceElementInstanceKey, targetElementId, …}, terminate {elementId or elementInstanceKey}.
    """
    instance = load(definition, state, context)
    leaving = [token for each in terminate for token in _meant(instance, each, "element")]
    for each in activate:
        _place(instance, each, each["elementId"], each.get("ancestorElementInstanceKey"))
    for each in move:
        for token in _meant(instance, each, "sourceElement"):
            ancestor = each.get("ancestorElementInstanceKey")
            _place(instance, each, each["targetElementId"], ancestor, token)
            leaving.append(token)
    for token in leaving:
        _terminate(instance, token)
    instance.run()
    return codec.step(instance)


def activate_ad_hoc(
    definition: Definition,
    state: dict[str, Json],
    key: int,
    elements: Sequence[Instruction],
    *,
    context: Context,
    cancel_remaining: bool = False,
) -> Step:
    """Start elements {elementId, variables?} of an open ad-hoc subprocess."""
    instance = load(definition, state, context)
    token = instance.find(key)
    if token is None or token.task_spec.type != "AD_HOC_SUB_PROCESS" or token.role:
        raise NotFound(f"No ad-hoc subprocess {key} is active.")
    for each in elements:
        if not token.task_spec.can_activate(each["elementId"]):
            raise Invalid(f"'{each['elementId']}' is no element to activate here.")
    if cancel_remaining:
        for child in token.children:
            child.cancel()
    for each in elements:
        token.task_spec.activate(token, each["elementId"], each.get("variables") or {})
    instance.run()
    return codec.step(instance)


def _place(
    instance: Instance,
    instruction: Instruction,
    element_id: str,
    ancestor: Any,
    beside: Token | None = None,
) -> None:
    variables: dict[str, dict[str, Json]] = {}
    for each in instruction.get("variableInstructions") or ():
        variables.setdefault(each.get("scopeId") or "", {}).update(each.get("variables") or {})
    ancestor_key = int(ancestor) if ancestor not in {None, "", -1, "-1"} else None
    place(instance, element_id, ancestor_key=ancestor_key, beside=beside, variables=variables)


def _meant(instance: Instance, instruction: Instruction, prefix: str) -> Iterable[Token]:
    key, element_id = instruction.get(f"{prefix}InstanceKey"), instruction.get(f"{prefix}Id")
    if key:
        token = instance.find(int(key))
        if token is None or token.parent is None:
            raise NotFound(f"No element instance {key} is active.")
        return [token]
    found = [
        token
        for token in instance.live()
        if token.task_spec.name == element_id
        and token.parent is not None
        and token.role not in {"inner", "slot"}
    ]
    if not found:
        raise NotFound(f"No element '{element_id}' is active.")
    return found


def _terminate(instance: Instance, token: Token) -> None:
    """Terminate a token, and the scopes it leaves empty."""
    if token.id in instance.gone:
        return
    scope = token.parent
    token.internal_data["drain"] = 1
    token.cancel()
    instance.drain(scope)
