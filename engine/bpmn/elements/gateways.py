"""Gateways: where paths part and meet."""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.specs.base import TaskSpec

from engine.bpmn.elements import joins, subscriptions
from engine.bpmn.elements.node import FlowNode
from engine.bpmn.execution.token import LEAVE, Token
from engine.bpmn.parse.graph import SequenceFlow


class ExclusiveGateway(FlowNode, stock.ExclusiveGateway):  # type: ignore[misc]
    """Takes the first flow whose condition holds, else the default."""

    type = "EXCLUSIVE_GATEWAY"

    def choose(self, token: Token) -> tuple[SequenceFlow, ...]:
        """Evaluate the conditions in the order of the diagram."""
        if not self.outgoing:
            return ()
        return self.conditional(token, first=True)


class ParallelGateway(FlowNode, stock.ParallelGateway):  # type: ignore[misc]
    """Waits for a token on each incoming flow, then takes every outgoing one."""

    type = "PARALLEL_GATEWAY"

    @property
    def collects(self) -> bool:
        """With one incoming flow there is nothing to wait for."""
        return len(self.incoming) > 1

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.role != "hold":
            return True
        held = my_task.internal_data["in"]
        if any(not held.get(flow.id) for flow in self.incoming):
            return False
        joins.release(my_task)
        return True

    def choose(self, token: Token) -> tuple[SequenceFlow, ...]:
        """Take all."""
        return tuple(self.outgoing)


class InclusiveGateway(FlowNode, stock.InclusiveGateway):  # type: ignore[misc]
    """Takes every flow whose condition holds; waits for all tokens that can still come."""

    type = "INCLUSIVE_GATEWAY"

    @property
    def joins_inclusively(self) -> bool:  # type: ignore[override]
        """With one incoming flow there is nothing to wait for."""
        return len(self.incoming) > 1

    @property
    def collects(self) -> bool:
        """As above."""
        return len(self.incoming) > 1

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.role != "hold":
            return True
        held = my_task.internal_data["in"]
        if any(not held.get(flow.id) for flow in self.incoming):
            return False  # `joins.settle` decides when all is quiet
        joins.release(my_task)
        return True


class EventBasedGateway(FlowNode, stock.EventBasedGateway):  # type: ignore[misc]
    """Stays until the first of its events happens and takes the way to it."""

    type = "EVENT_BASED_GATEWAY"

    def connect(self, taskspec: Any) -> None:
        """Connect without taking the event away from its catch event."""
        TaskSpec.connect(self, taskspec)

    def act(self, token: Token) -> bool:
        """Open the waits of all events."""
        node = token.workflow.spec.node
        subscriptions.open_all(token, [node(flow.target) for flow in self.outgoing])
        return False

    def resume_target(self, token: Token, event: Any, variables: dict[str, Any]) -> None:
        """Close the other waits and start the event with what it brought."""
        instance = token.workflow
        instance.close_waits(token)
        flow = next(each for each in self.outgoing if each.target == event.name)
        instance.journal.flow(flow.id)
        instance.spawn(event, token.scope, fired=variables)
        token.internal_data["went"] = 1
        token.phase = LEAVE
        token.again()

    def choose(self, token: Token) -> tuple[SequenceFlow, ...]:
        """Nothing more: the event has been started."""
        return ()
