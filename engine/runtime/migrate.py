"""Move a running instance to another version of its process, or say why not.

Live tokens name element ids, so moving means: check or map the ids, put the boundary events of the
new version in place, keep everything else (claims, due dates, timers, variables).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.definitions import Definition
from engine.errors import Conflict
from engine.model import Json, Problem, Step
from engine.runtime import codec
from engine.runtime.moves import load
from engine.spiff import subscriptions
from engine.spiff.context import Context
from engine.spiff.instance import Instance
from engine.spiff.process import ROOT
from engine.spiff.token import CANCEL, Token


def check_migration(
    definition: Definition,
    target: Definition,
    state: dict[str, Json],
    mapping: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Say why an instance cannot be moved; empty when it can. Unmapped ids keep their name."""
    names = dict(mapping or {})
    return [
        problem
        for raw in state["tokens"].values()
        if raw["e"] != ROOT
        for problem in _check(definition.spec, target.spec, raw, names)
    ]


def migrate(
    definition: Definition,
    target: Definition,
    state: dict[str, Json],
    mapping: Mapping[str, str] | None = None,
    *,
    context: Context,
) -> Step:
    """Give the step that moves an instance; raises Conflict with the reasons when it cannot.

    Wait rows keep their keys; the shell renames their element ids by the same mapping.
    """
    names = dict(mapping or {})
    problems = check_migration(definition, target, state, names)
    if problems:
        raise Conflict("The process instance cannot be migrated.", problems)
    moved = dict(state, process=target.id)
    moved["tokens"] = {
        key: _renamed(raw, names, target.spec) for key, raw in state["tokens"].items()
    }
    instance = load(target, moved, context)
    for token in instance.live():
        instance.note(token, "ACTIVE")
        _rearm(instance, token)
    instance.run()
    return codec.step(instance)


def _check(old: Any, new: Any, raw: dict[str, Any], names: dict[str, str]) -> Iterator[Problem]:
    source = old.node(raw["e"])
    wanted = names.get(source.name, source.name)
    if wanted not in new.task_specs or wanted == ROOT:
        yield _problem(source, f"The new version has no element '{wanted}'.", "missing")
        return
    found = new.node(wanted)
    if found.api_type != source.api_type:
        message = f"'{wanted}' is a {found.api_type}, not a {source.api_type}."
        yield _problem(source, message, "type")
    if (found.loop is None) != (source.loop is None):
        yield _problem(source, f"'{wanted}' differs in being multi-instance.", "loop")
    if names.get(source.inside, source.inside) != found.inside:
        yield _problem(source, f"'{wanted}' is inside another subprocess.", "scope")
    yield from _about_to_happen(source, new, raw, names)
    incoming = {flow.id for flow in found.incoming}
    for flow in raw.get("d", {}).get("in", {}):
        if flow not in incoming:
            yield _problem(source, f"Tokens wait on the flow '{flow}', which is gone.", "join")


def _about_to_happen(
    source: Any, new: Any, raw: dict[str, Any], names: dict[str, str]
) -> Iterator[Problem]:
    for word in ("next", "then"):
        event = raw.get("d", {}).get(word, [None])[0]
        if event is not None and names.get(event, event) not in new.task_specs:
            yield _problem(source, f"'{event}' is about to happen, and is gone.", "event")


def _problem(spec: Any, message: str, rule: str) -> Problem:
    return Problem(message, element=spec.name, rule=f"migration-{rule}")


def _renamed(raw: dict[str, Any], names: dict[str, str], new: Any) -> dict[str, Any]:
    moved = dict(raw, e=names.get(raw["e"], raw["e"]))
    if "w" in raw:
        moved["w"] = {
            key: [kind, names.get(element, element), extra]
            for key, (kind, element, extra) in raw["w"].items()
        }
    for word in ("next", "then"):  # what goes on when cancel listeners were heard
        if word in raw.get("d", {}):
            name, variables = raw["d"][word]
            moved["d"] = dict(moved["d"], **{word: [names.get(name, name), variables]})
    undo = raw.get("d", {}).get("undo")
    if undo:
        kept = [
            [names.get(element, element), names.get(handler, handler), inner]
            for element, handler, inner in undo
            if handler is None or names.get(handler, handler) in new.task_specs
        ]
        moved["d"] = dict(moved["d"], undo=kept)
    return moved


def _rearm(instance: Instance, token: Token) -> None:
    """Close waits of events the new version does not have here, open those it has in addition."""
    spec = token.task_spec
    if token.phase == CANCEL:
        return
    attached = list(spec.boundaries) if token.data.get("armed") or _waits(token) else []
    attached += [each.start_event for each in spec.event_subprocesses() if each.start_event]
    wanted = {each.name: each for each in attached} if token.role != "inner" else {}
    own = {spec.name} | {flow.target for flow in spec.outgoing}
    seen = set()
    for key, (kind, element, _) in list(token.waits.items()):
        seen.add(element)
        known = wanted.get(element)
        if element in own or (known is not None and _kind(known) == kind):
            continue
        if known is not None:
            seen.discard(element)
        instance.close(token, key)
    if token.role == "slot" or token.data.get("interrupted"):
        return
    for name, event in wanted.items():
        if name not in seen:
            subscriptions.arm_one(token, event)
            token.data["armed"] = 1


def _waits(token: Token) -> bool:
    return token.task_spec.is_activity and token.role != "inner"


def _kind(event: Any) -> str:
    return str({"conditional": "condition"}.get(event.trigger.kind, event.trigger.kind))
