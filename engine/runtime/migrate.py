"""Move a running instance to another version of its process, or say why not.

Live tokens name element ids, so moving means: check or map the ids, put the boundary events of the
new version in place, keep everything else (claims, due dates, timers, variables).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.elements import subscriptions
from engine.bpmn.execution.context import Context
from engine.bpmn.execution.token import CANCEL, Token
from engine.bpmn.instance import Instance
from engine.bpmn.parse.process import ROOT
from engine.definitions import Definition
from engine.errors import Conflict
from engine.model import Json, Kind, Problem, Step
from engine.runtime import codec, fits
from engine.runtime.moves import load


def check_migration(
    definition: Definition,
    target: Definition,
    state: dict[str, Json],
    mapping: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Return why an instance cannot be moved; empty when it can. Unmapped ids keep their name."""
    names = dict(mapping or {})
    found = dict.fromkeys(fits.mapping(definition.spec, target.spec, names))
    for raw in state["tokens"].values():
        found |= dict.fromkeys(_problems(definition.spec, target.spec, raw, names))
    return list(found)


def check_mapping(target: Definition, mapping: Mapping[str, str]) -> list[Problem]:
    """Return which elements or flows a mapping leads to that the new version does not have."""
    return list(fits.mapping(None, target.spec, dict(mapping)))


def migrate(
    definition: Definition,
    target: Definition,
    state: dict[str, Json],
    mapping: Mapping[str, str] | None = None,
    *,
    context: Context,
) -> Step:
    """Return the step that moves an instance; raises Conflict with the reasons when it cannot.

    Wait rows keep their keys; the shell renames their element ids by the same mapping.
    """
    names = dict(mapping or {})
    problems = check_migration(definition, target, state, names)
    if problems:
        raise Conflict("The process instance cannot be migrated.", problems)
    moved = dict(state, process=target.id)
    moved["tokens"] = {key: _renamed(raw, names) for key, raw in state["tokens"].items()}
    instance = load(target, moved, context)
    for token in instance.live():
        instance.note(token, "ACTIVE")
        _rearm(instance, token)
    instance.run()
    return codec.step(instance)


def _problems(old: Any, new: Any, raw: dict[str, Any], names: fits.Names) -> Iterator[Problem]:
    if raw["e"] == ROOT:
        return fits.undoing(new, raw.get("d", {}).get("undo", []), names)
    return fits.problems(old, new, raw, names)


def _renamed(raw: dict[str, Any], names: fits.Names) -> dict[str, Any]:
    """Let a stored token name elements and flows as the new version does."""
    moved = dict(raw, e=names.get(raw["e"], raw["e"]))
    if "w" in raw:
        moved["w"] = {
            key: [kind, names.get(element, element), extra]
            for key, (kind, element, extra) in raw["w"].items()
        }
    data = dict(raw.get("d", {}))
    for word in ("next", "then"):  # what goes on when cancel listeners were heard
        if word in data:
            name, variables = data[word]
            data[word] = [names.get(name, name), variables]
    if "in" in data:
        data["in"] = {names.get(flow, flow): count for flow, count in data["in"].items()}
    if "undo" in data:
        data["undo"] = _undo(data["undo"], names)
    return moved | {"d": data} if data else moved


def _undo(entries: list[Any], names: fits.Names) -> list[Any]:
    return [
        [names.get(element, element), names.get(handler, handler), _undo(inner, names)]
        for element, handler, inner in entries
    ]


def _rearm(instance: Instance, token: Token) -> None:
    """Close waits of events the new version does not have here, open those it has in addition."""
    if token.phase == CANCEL:
        return
    wanted = {each.name: each for each in _attached(token)}
    seen = set()
    for key, (kind, element, extra) in list(token.waits.items()):
        event = wanted.get(element)
        if element == token.task_spec.name or (event and _same(event, kind, extra)):
            seen.add(element)
        else:
            instance.close(token, key)
    if token.role == "slot" or token.internal_data.get("interrupted"):
        return
    for name, event in wanted.items():
        if name not in seen:
            subscriptions.arm_one(token, event)
            token.internal_data["armed"] = 1


def _attached(token: Token) -> list[Any]:
    """List the events that the new version wants to hear on a token."""
    spec = token.task_spec
    if token.role == "inner":
        return []
    if spec.type == "EVENT_BASED_GATEWAY":
        node = token.workflow.spec.node
        listens = any(element != spec.name for _, element, _ in token.waits.values())
        return [node(flow.target) for flow in spec.outgoing] if listens else []
    attached = list(spec.boundaries) if token.internal_data.get("armed") or _waits(token) else []
    return attached + [each.start_event for each in spec.event_subprocesses() if each.start_event]


def _same(event: Any, kind: str, extra: Any) -> bool:
    """Whether an event still waits as it did: by the same means, a condition for the same names."""
    if kind == Kind.INCIDENT:
        return True
    if event.trigger.kind != "conditional":
        return bool(event.trigger.kind == kind)
    names = event.trigger.watched or tuple(sorted(event.trigger.condition.reads))
    return kind == Kind.CONDITION and extra["names"] == list(names)


def _waits(token: Token) -> bool:
    return token.task_spec.is_activity and token.role != "inner"
