"""What one move of the core changed, collected while it runs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.bpmn.execution.token import Token
from engine.model import (
    Closed,
    DecisionRecord,
    ElementChange,
    Flow,
    Kind,
    Outcome,
    Wait,
)


@dataclass(slots=True)
class Journal:
    """The changes of a step; something opened and closed in the same step leaves no trace."""

    opened: dict[int, Wait] = field(default_factory=dict)
    closed: list[Closed] = field(default_factory=list)
    elements: dict[int, ElementChange] = field(default_factory=dict)
    dropped: list[tuple[int, str]] = field(default_factory=list)
    flows: dict[str, int] = field(default_factory=dict)
    tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    decisions: list[DecisionRecord] = field(default_factory=list)
    signals: list[dict[str, Any]] = field(default_factory=list)
    ignored: list[dict[str, Any]] = field(default_factory=list)
    thrown: list[dict[str, Any]] = field(default_factory=list)

    def close(self, key: int, kind: Kind, outcome: Outcome) -> None:
        """Note that a wait is gone."""
        if self.opened.pop(key, None) is None:
            self.closed.append(Closed(key, kind, outcome))

    def element(
        self, token: Token, state: Literal["ACTIVE", "COMPLETED", "TERMINATED"], now: datetime
    ) -> None:
        """Note that an element instance has begun or ended."""
        spec, ended = token.task_spec, None if state == "ACTIVE" else now
        self.elements[token.id] = ElementChange(
            token.id,
            spec.name,
            spec.label,
            _type(token),
            token._parent,
            state,
            token.since,
            ended,
        )

    def task(self, key: int, changes: dict[str, Any]) -> None:
        """Note that an open user task changes; one of this very step just is so."""
        if key in self.opened:
            self.opened[key].data.update(changes)
        elif changes:
            self.tasks.setdefault(key, {}).update(changes)

    def flow(self, flow_id: str) -> None:
        """Note that a sequence flow was taken."""
        self.flows[flow_id] = self.flows.get(flow_id, 0) + 1

    def taken(self) -> list[Flow]:
        """Return the sequence flows with how often each was taken."""
        return [Flow(flow_id, count) for flow_id, count in self.flows.items()]


def _type(token: Token) -> str:
    if token.role == "body":
        return "MULTI_INSTANCE_BODY"
    if token.role == "slot":
        return "AD_HOC_SUB_PROCESS_INNER_INSTANCE"
    return str(token.task_spec.api_type)
