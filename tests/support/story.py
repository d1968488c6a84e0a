"""A process told as a story: start it, let people, workers, clocks and messages act, look.

Every step goes through JSON and back, so each story also proves that saving and loading changes
nothing; after each step the open waits must be exactly those the state knows.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from engine import definitions, dmn, runtime
from engine.errors import NotFound
from engine.limits import DEFAULT
from engine.model import DROPPED, Resource, Step, Wait
from tests.support.bpmn import resource

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Library:
    """A resolver out of memory."""

    def __init__(
        self, *models: Any, forms: tuple[str, ...] = (), files: tuple[str, ...] = ()
    ) -> None:
        self.models = models
        self.forms = forms
        self.files = files

    def decision(
        self, decision_id: str, binding: str, version_tag: str | None
    ) -> tuple[Any, int, dict[str, Any]]:
        for model in self.models:
            if decision_id in model.decisions:
                return model, 77, {}
        raise NotFound(decision_id)

    def form(self, form_id: str, binding: str, version_tag: str | None) -> int:
        if form_id in self.forms:
            return 88
        raise NotFound(form_id)

    def resource(self, name: str, binding: str, version_tag: str | None) -> int:
        if name in self.files:
            return 99
        raise NotFound(name)


class Story:
    """One running instance in a test."""

    def __init__(
        self,
        text: str | Resource,
        *,
        given: dict[str, Any] | None = None,
        attributes: str = "",
        library: Library | None = None,
        limits: Any = DEFAULT,
        saves: bool = True,
        **options: Any,
    ) -> None:
        self.saves = saves  # every step goes through JSON and back
        drawn = text if isinstance(text, Resource) else resource(text, attributes=attributes)
        self.definition = definitions.read([drawn]).processes[0]
        self.now = MONDAY
        self.library = library or Library()
        self.limits = limits
        self._next = count(100)
        self.open: dict[int, Wait] = {}
        self.told: list[str] = []  # "element STATE", in the order of the steps
        self.flows: list[str] = []
        self.signals: list[dict[str, Any]] = []
        self.decisions: list[Any] = []
        self.rows: dict[tuple[int, str], Any] = {}
        self.elements: dict[int, str] = {}  # state of each element instance
        self.last: Step | None = None
        self._take(
            runtime.start(
                self.definition,
                key=1,
                variables=given or {},
                context=self.context,
                **options,
            )
        )

    @property
    def context(self) -> runtime.Context:
        return runtime.Context(self.now, self._next.__next__, self.library, self.limits)

    # -- look --------------------------------------------------------------------------------

    @property
    def waiting(self) -> list[str]:
        """Ids of the elements that wait, sorted; incidents are marked with an exclamation mark."""
        return sorted(
            wait.element_id + ("!" if wait.kind == "incident" else "")
            for wait in self.open.values()
        )

    @property
    def variables(self) -> dict[str, Any]:
        """Variables of the process."""
        if self.last is not None and self.last.ended:
            return dict(self.last.result)
        return runtime.variables(self.state)

    @property
    def ended(self) -> str | None:
        return self.last.ended if self.last else None

    def visible(self, element_id: str) -> dict[str, Any]:
        return runtime.visible(self.state, self.wait(element_id).element_instance_key)

    def wait(self, element_id: str, kind: str | None = None) -> Wait:
        """The oldest open wait of an element."""
        found = [
            wait
            for wait in self.open.values()
            if wait.element_id == element_id and (kind is None or wait.kind == kind)
        ]
        assert found, f"{element_id} does not wait; waiting: {self.waiting}"
        return min(found, key=lambda wait: wait.key)

    def incident(self) -> dict[str, Any]:
        """The data of the only incident."""
        found = [wait for wait in self.open.values() if wait.kind == "incident"]
        assert len(found) == 1, f"{len(found)} incidents, waiting: {self.waiting}"
        return found[0].data

    # -- act ---------------------------------------------------------------------------------

    def done(self, wait: str | Wait, **variables: Any) -> "Story":
        """A person, worker, clock, message … is done with what an element waits for."""
        wait = self.wait(wait) if isinstance(wait, str) else wait
        return self._take(
            runtime.resume(
                self.definition,
                self.state,
                wait,
                variables,
                context=self.context,
            )
        )

    def decide(self, wait: str | Wait, _variables: Any = None, **result: Any) -> "Story":
        """A worker is done and says what is to happen: of a listener, of an ad-hoc subprocess."""
        wait = self.wait(wait, "job") if isinstance(wait, str) else wait
        told = replace(wait, data=wait.data | {"result": result})
        self.open[wait.key] = told
        return self.done(told, **(_variables or {}))

    def retry(self, element_id: str) -> "Story":
        """An operator resolves the incident of an element."""
        return self.done(self.wait(element_id, "incident"))

    def later(self, **delta: float) -> "Story":
        """Let time pass and every timer that is due fire, the earliest first."""
        until = self.now + timedelta(**delta)
        while True:
            due = [
                (datetime.fromisoformat(wait.data["due_at"]), wait.key)
                for wait in self.open.values()
                if wait.kind == "timer"
            ]
            if not due or min(due)[0] > until:
                break
            self.now = max(self.now, min(due)[0])
            self.done(self.open[min(due)[1]])
        self.now = until
        return self

    def throw(self, element_id: str, code: str, kind: str = "error", **variables: Any) -> "Story":
        """A worker throws a BPMN error."""
        return self._take(
            runtime.throw(
                self.definition,
                self.state,
                self.wait(element_id),
                kind=kind,
                code=code,
                variables=variables,
                context=self.context,
            )
        )

    def fail(self, element_id: str, error_type: str = "JOB_NO_RETRIES") -> "Story":
        """A wait is out of retries."""
        return self._take(
            runtime.fail(
                self.definition,
                self.state,
                self.wait(element_id),
                error_type=error_type,
                message="out of retries",
                context=self.context,
            )
        )

    def set(self, scope_key: int = 1, *, local: bool = False, **variables: Any) -> "Story":
        """An operator writes variables."""
        return self._take(
            runtime.set_variables(
                self.definition,
                self.state,
                scope_key,
                variables,
                local=local,
                context=self.context,
            )
        )

    def take(self, step: Step) -> "Story":
        """Take a step made by another verb."""
        return self._take(step)

    def load(self, state: Any, waits: list[Wait]) -> "Story":
        """Go on with an instance as it was stored, with what it waits for."""
        self.state = state
        self.open = {wait.key: wait for wait in waits}
        self.rows = {
            (int(scope), name): value
            for scope, values in state["scopes"].items()
            for name, value in values.items()
        }
        self.elements = dict.fromkeys(_instances(state), "ACTIVE")
        return self

    def _take(self, step: Step) -> "Story":
        for closed in step.closed:
            self.open.pop(closed.key)
        for change in step.tasks:
            known = self.open.get(change.key)
            if known is not None:
                self.open[change.key] = replace(known, data=known.data | change.changes)
        self.open |= {wait.key: wait for wait in step.opened}
        for change in step.elements:
            assert self.elements.get(change.key, "ACTIVE") == "ACTIVE", f"{change} after its end"
            self.elements[change.key] = change.state
        self.told += [f"{change.element_id} {change.state}" for change in step.elements]
        self.flows += [flow.flow_id for flow in step.flows]
        self.signals += step.signals
        self.decisions += step.decisions
        for change in step.variables:
            if change.value is DROPPED:
                del self.rows[change.scope_key, change.name]
            else:
                self.rows[change.scope_key, change.name] = change.value
        self.last = step
        text = json.dumps(step.state, allow_nan=False)
        self.state = json.loads(text) if self.saves else step.state
        assert self.state == step.state, "the state is not plain JSON"
        self._agree(step)
        return self

    def _agree(self, step: Step) -> None:
        """The rows a database would have now say the same as the state."""
        known = {int(key) for token in self.state["tokens"].values() for key in token.get("w", {})}
        assert known == set(self.open), f"waits of the state {known}, rows {set(self.open)}"
        assert not (step.ended and self.open)
        scopes = {
            (int(scope), name): value
            for scope, values in self.state["scopes"].items()
            for name, value in values.items()
        }
        assert scopes == self.rows
        active = {key for key, state in self.elements.items() if state == "ACTIVE"}
        assert active == set(_instances(self.state))


def _instances(state: Any) -> list[int]:
    """Keys of the element instances that live: all tokens but the process and those at joins."""
    tokens = state["tokens"].items()
    return [int(key) for key, raw in tokens if raw["p"] and raw.get("r") != "hold"]


def decisions(content: bytes) -> Any:
    """Read a decision model."""
    return dmn.parse(content)
