"""An instance to its state and back: live tokens and variable scopes, nothing of the past."""

from typing import Any

from engine.bpmn.execution.token import Token
from engine.bpmn.instance import Instance
from engine.bpmn.parse.process import ROOT
from engine.errors import EngineError
from engine.model import DROPPED, Json, Step, TaskChange, VariableChange

VERSION = 1


class Stuck(EngineError):
    """An instance neither waits nor has ended: a fault of the engine."""


def fresh(key: int, process_id: str, zone: str, caller: Json) -> dict[str, Json]:
    """Return the state of an instance that has not started."""
    state: dict[str, Json] = {
        "v": VERSION,
        "key": key,
        "process": process_id,
        "tokens": {},
        "scopes": {},
    }
    if zone != "UTC":
        state["zone"] = zone
    if caller:
        state["caller"] = caller
    return state


def step(instance: Instance) -> Step:
    """Return what this move changed; raises `Stuck` when the instance stands still."""
    journal = instance.journal
    if instance.ended is None:
        _check(instance)
    thrown = None
    if journal.thrown:
        thrown = dict(journal.thrown[0])
        if len(journal.thrown) > 1:
            thrown["also"] = journal.thrown[1:]
    return Step(
        state=_save(instance),
        opened=tuple(journal.opened.values()),
        closed=tuple(journal.closed),
        elements=tuple(journal.elements.values()),
        variables=_variables(instance),
        tasks=tuple(TaskChange(key, changes) for key, changes in journal.tasks.items()),
        flows=tuple(journal.taken()),
        decisions=tuple(journal.decisions),
        ended=instance.ended,
        result=instance.result,
        thrown=thrown,
        ignored=tuple(journal.ignored),
        signals=tuple(journal.signals),
    )


def _check(instance: Instance) -> None:
    for token in list(instance.loaded.values()):
        right = token.waits or token.role == "hold" or token.task_spec.awaits(token)
        if not right and not token.busy:
            raise Stuck(f"'{token.task_spec.name}' of instance {instance.key} stands still")


def _variables(instance: Instance) -> tuple[VariableChange, ...]:
    dropped = [VariableChange(key, name, DROPPED) for key, name in instance.journal.dropped]
    written = [
        VariableChange(key, name, value) for (key, name), value in instance.scopes.written.items()
    ]
    return (*dropped, *written)


def _save(instance: Instance) -> dict[str, Json]:
    tokens = dict(instance.stored)
    for key in instance.gone:
        tokens.pop(str(key), None)
    for key, token in instance.loaded.items():
        tokens[str(key)] = _token(token)
    state = dict(instance.state)
    if instance.ended is not None:
        tokens = {}
    state.update(tokens=tokens, scopes=instance.scopes.stored())
    for name, keys in (("holds", instance.holds), ("watchers", instance.watchers)):
        state.pop(name, None)
        if keys and tokens:
            state[name] = sorted(keys)
    return state


def _token(token: Token) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "e": ROOT if token.task_spec.name == ROOT else token.task_spec.name,
        "p": token._parent,
        "s": token._state,
        "f": token.phase,
        "t": token.since.isoformat(),
    }
    if token.role:
        raw["r"] = token.role
    if token.waits:
        raw["w"] = token.waits
    if token.internal_data:
        raw["d"] = token.internal_data
    return raw
