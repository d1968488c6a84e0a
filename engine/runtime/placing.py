"""Put a token on an element by order of an operator, with the scopes around it."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.execution.token import CANCEL, WAIT, Token
from engine.bpmn.instance import Instance
from engine.bpmn.parse.process import ROOT
from engine.errors import Conflict, Invalid, NotFound
from engine.model import Json

_STARTED = 32


def activate(
    instance: Instance,
    element_id: str,
    *,
    ancestor_key: int | None = None,
    beside: Token | None = None,
    variables: Mapping[str, Mapping[str, Json]] | None = None,
) -> Token:
    """Start an element in the live scope it belongs to; missing scopes are opened around it.

    With `ancestor_key`, an element instance around it, the scopes between are opened anew; where
    several are live, the ones around the token `beside` are meant. `variables` are written by the
    id of a scope ("" is the process) before the element starts.
    """
    spec = _spec(instance, element_id)
    around = instance.spec.node(spec.inside)
    ancestor = None if ancestor_key is None else _ancestor(instance, spec, ancestor_key)
    scope = _scope(instance, around, ancestor, beside)
    for name, values in (variables or {}).items():
        _write(instance, scope, name, values)
    token = instance.spawn(spec, scope)
    for name, value in (variables or {}).get(element_id, {}).items():
        instance.scopes.put(token.id, name, value)
    return token


def _spec(instance: Instance, element_id: str) -> Any:
    if element_id not in instance.spec.task_specs or element_id == ROOT:
        raise NotFound(f"The process has no element '{element_id}'.")
    spec = instance.spec.node(element_id)
    if spec.type in {"BOUNDARY_EVENT", "EVENT_SUB_PROCESS"} or spec.starts_event_subprocess:
        raise Invalid(f"A token cannot be put on '{element_id}': it needs what triggers it.")
    return spec


def _ancestor(instance: Instance, spec: Any, key: int) -> Token:
    """Find an element instance that is to be around the new one."""
    token = instance.find(key)
    if token is None or token.phase == CANCEL:
        raise NotFound(f"No element instance {key} is active.")
    around = spec
    while around.name != ROOT:
        around = instance.spec.node(around.inside)
        if around is token.task_spec:
            return token
    raise Invalid(f"'{token.task_spec.name}' ({key}) is not around '{spec.name}'.")


def _scope(instance: Instance, spec: Any, ancestor: Token | None, beside: Token | None) -> Token:
    """Return the live scope to put a token into, opened if need be, from the outside in."""
    if spec.name == ROOT:
        root = instance.token(instance.key)
        if root.phase == CANCEL:
            raise Conflict("The process instance is being cancelled.")
        return root
    around = _scope(instance, instance.spec.node(spec.inside), ancestor, beside)
    live = [token for token in instance.live() if _is_of(token, spec, around)]
    chosen = _chosen(live, spec, ancestor, beside)
    if chosen is not None:
        return chosen
    if spec.loop is not None or spec.type == "AD_HOC_SUB_PROCESS":
        raise Invalid(f"'{spec.name}' must be active before something inside it can be started.")
    return _opened(instance, spec, around)


def _is_of(token: Token, spec: Any, around: Token) -> bool:
    """Whether a token is a scope of this element inside that one, perhaps one of several."""
    if token.task_spec is not spec or token.role in {"body", "slot", "hold"}:
        return False
    return token.phase != CANCEL and any(up is around for up in token.chain())


def _chosen(
    live: list[Token], spec: Any, ancestor: Token | None, beside: Token | None
) -> Token | None:
    """Choose among live scopes; None to open a new one."""
    if ancestor is not None:
        way = [token for token in live if any(up is token for up in ancestor.chain())]
        return way[0] if way else None
    if len(live) > 1 and beside is not None:
        live = [token for token in live if any(up is token for up in beside.chain())] or live
    if len(live) > 1:
        raise Invalid(f"'{spec.name}' is active {len(live)} times: name the ancestor.")
    return live[0] if live else None


def _opened(instance: Instance, spec: Any, around: Token) -> Token:
    token = instance.add(spec, around.id)
    instance.note(token, "ACTIVE")
    token._set_state(16)
    token.internal_data["empty"] = True
    token.task_spec._run(token)
    if token.phase == WAIT:
        token._set_state(_STARTED)
    return token


def _write(instance: Instance, scope: Token, element_id: str, values: Mapping[str, Json]) -> None:
    for up in scope.chain():
        if up.task_spec.name == element_id or (not element_id and up._parent == 0):
            for name, value in values.items():
                instance.scopes.put(up.id, name, value)
            return
