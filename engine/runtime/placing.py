"""Put a token on an element by order of an operator, with the scopes around it."""

from collections.abc import Mapping
from typing import Any

from engine.errors import Invalid, NotFound
from engine.model import Json
from engine.spiff.instance import Instance
from engine.spiff.process import ROOT
from engine.spiff.token import CANCEL, WAIT, Token

_STARTED = 32


def activate(
    instance: Instance,
    element_id: str,
    *,
    ancestor_key: int | None = None,
    variables: Mapping[str, Mapping[str, Json]] | None = None,
) -> Token:
    """Start an element in the live scope it belongs to; missing scopes are opened around it.

    `variables` are written by the id of a scope ("" is the process) before the element starts.
    """
    spec = _spec(instance, element_id)
    scope = _scope(instance, instance.spec.node(spec.inside), ancestor_key)
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


def _scope(instance: Instance, spec: Any, ancestor_key: int | None) -> Token:
    live = [
        token
        for token in instance.live()
        if token.task_spec is spec
        and token.role not in {"body", "slot", "hold"}
        and token.phase != CANCEL
    ]
    if ancestor_key is not None:
        live = [each for each in live if any(up.id == ancestor_key for up in each.chain())] or live
    if len(live) > 1:
        raise Invalid(f"'{spec.name}' is active {len(live)} times: name the ancestor.")
    if live:
        return live[0]
    if spec.loop is not None or spec.type == "AD_HOC_SUB_PROCESS":
        raise Invalid(f"'{spec.name}' must be active before something inside it can be started.")
    around = _scope(instance, instance.spec.node(spec.inside), ancestor_key)
    token = instance.add(spec, around.id)
    instance.note(token, "ACTIVE")
    token._set_state(16)
    token.data["empty"] = True
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
