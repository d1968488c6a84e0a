"""The reference run: a case repeated on its own version, which must come to what was recorded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import runtime
from engine.errors import EngineError
from engine.model import Kind, Wait
from engine.replay.cases import Case, Recorded
from engine.replay.machine import Machine, Made, Open, WaitId
from engine.replay.outcome import NotReplayable, Reason
from engine.replay.places import Path
from engine.replay.version import Resolver
from engine.transaction.pending import Environment

Asked = Callable[[Wait, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Input:
    """One recorded input with what the case made of it."""

    seq: int
    at: datetime
    actor: str
    given: Mapping[str, Any]
    made: Made
    wait: WaitId | None = None  # None: from outside of all waits (variables set, cancelled)
    scope: Path = ()

    @property
    def decisions(self) -> Sequence[int]:
        """The keys of the tables that the step used."""
        keys: Sequence[int] = self.given.get("decisions", ())
        return keys


@dataclass(slots=True)
class Known:
    """One wait of the case: what it was given, when it was there, and which inputs it had."""

    wait: Wait
    asked: Any
    opened_at: datetime
    closed_at: datetime
    closed_seq: float
    inputs: list[Input] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reference:
    """A case as its own version ran it."""

    start: Input
    waits: Mapping[WaitId, Known]
    outside: Sequence[Input]  # inputs that belong to no wait
    inputs: Sequence[Input]
    ends: tuple[str, ...]
    zone: str
    deployment_key: int
    tasks: Mapping[str, int]  # how many tasks for people it made, by element
    runs_at: datetime | None = None  # where it has not ended: up to when it is known


class Repeating:
    """Repeats a case."""

    def __init__(
        self, connection: Connection, environment: Environment, case: Case, asked: Asked
    ) -> None:
        """Take a case."""
        self._catalogue = environment.catalogue
        self._version = environment.catalogue.process(connection, case.definition_key)
        self._zone = environment.zone
        self._resolver = Resolver(connection, self._catalogue, self._version.deployment_key)
        self._machine = Machine(environment, self._version.process, self._resolver, asked)
        self._keys = {case.key: self._machine.key}  # ours by the recorded ones
        self._waits: dict[WaitId, Known] = {}
        self._inputs: list[Input] = []
        self._case = case

    def run(self) -> Reference:
        """Return the case as it was; raises NotReplayable."""
        for step in self._case.steps():
            self._repeat(step)
        if not self._inputs or (self._machine.ended is None and not self._case.runs):
            raise NotReplayable(Reason.NOT_REPRODUCED, "it does not end")
        return Reference(
            self._inputs[0],
            self._waits,
            [each for each in self._inputs[1:] if each.wait is None],
            self._inputs[1:],
            tuple(end for each in self._inputs for end in each.made.ends),
            self._zone,
            self._version.deployment_key,
            self._machine.tasks,
            self._case.ended_at if self._case.runs else None,
        )

    def _repeat(self, step: Recorded) -> None:
        machine, given = self._machine, step.given or {"kind": "cancel"}
        machine.now, machine.seq = step.at, step.seq
        self._resolver.use(given.get("decisions", ()))
        before = dict(machine.open)
        try:
            held, scope, made = self._moved(given, at_once=step.ended is not None)
        except (EngineError, runtime.Stuck) as error:
            raise NotReplayable(Reason.NOT_REPRODUCED, f"step {step.seq}: {error}") from error
        self._compare(step, made)
        wait = None if held is None else held.id
        taken = Input(step.seq, step.at, step.actor, given, made, wait, scope)
        self._inputs.append(taken)
        self._note(taken, before)

    def _moved(self, given: Mapping[str, Any], *, at_once: bool) -> tuple[Open | None, Path, Made]:
        machine, kind = self._machine, given["kind"]
        if kind == "start":
            return None, (), machine.start(given, self._zone)
        if kind == "cancel":
            return None, (), machine.cancel(at_once=at_once)
        if kind == "variables":
            scope = self._ours(given["scope"])
            return None, machine.places.path(scope), machine.set_variables(scope, given)
        held = self._held(given)
        return held, (), machine.resume(held, given["values"], given)

    def _held(self, given: Mapping[str, Any]) -> Open:
        token, kind, element = self._ours(given["token"]), Kind(given["kind"]), given["element"]
        for held in self._machine.open.values():
            wait = held.wait
            here = wait.kind is kind and wait.element_instance_key == token
            if here and element in (wait.element_id, ""):
                return held
        raise NotReplayable(Reason.NOT_REPRODUCED, f"nothing waits at {element or kind}")

    def _ours(self, key: int) -> int:
        found = self._keys.get(key)
        if found is None:
            raise NotReplayable(Reason.NOT_REPRODUCED, "an element instance is not known")
        return found

    def _compare(self, step: Recorded, made: Made) -> None:
        """Raise unless the step made what was recorded; learn the keys of what it began."""
        recorded = tuple(element[1:] for element in step.elements)
        ours = tuple(element[1:] for element in made.raw)
        if recorded != ours or step.ended != made.ended:
            told = f"step {step.seq} ({step.command}) came to other elements"
            raise NotReplayable(Reason.NOT_REPRODUCED, told)
        for theirs, mine in zip(step.elements, made.raw, strict=True):
            self._keys[theirs[0]] = mine[0]
        values = {(self._ours(scope), name): value for scope, name, value in step.values}
        if values != made.written:
            names = {name for _, name in values.keys() | made.written.keys()}
            told = (
                f"step {step.seq} ({step.command}) wrote other values: {', '.join(sorted(names))}"
            )
            raise NotReplayable(Reason.NOT_REPRODUCED, told)

    def _note(self, taken: Input, before: Mapping[int, Open]) -> None:
        if taken.wait is not None:
            self._waits[taken.wait].inputs.append(taken)
        still = self._machine.open
        for key, held in before.items():
            if key not in still:
                known = self._waits[held.id]
                known.closed_at, known.closed_seq = taken.at, taken.seq
        for key, held in still.items():
            if key not in before:
                end = self._case.ended_at
                self._waits[held.id] = Known(held.wait, held.asked, held.at, end, taken.seq)
