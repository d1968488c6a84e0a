"""Events: none, message, timer, signal, error, escalation, conditional, link, compensation, …"""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.bpmn.elements import (
    boundaries,
    compensation,
    jobs,
    mappings,
    signals,
    subscriptions,
)
from engine.bpmn.elements.node import FlowNode
from engine.bpmn.elements.throwing import throw
from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import CANCEL, Token
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.graph import SequenceFlow
from engine.model import Kind


def _take_fired(spec: FlowNode, token: Token) -> bool:
    mappings.take(spec, token, token.internal_data.pop("fired", {}))
    return True


class StartEvent(FlowNode, stock.StartEvent):  # type: ignore[misc]
    """Where a scope begins; in an event subprocess its wait belongs to the enclosing scope."""

    type = "START_EVENT"

    def act(self, token: Token) -> bool:
        """Take what started it."""
        return _take_fired(self, token)


class BoundaryEvent(FlowNode, stock.BoundaryEvent):  # type: ignore[misc]
    """Happens on the activity it is attached to; its wait belongs to that activity."""

    type = "BOUNDARY_EVENT"

    def predecessors(self) -> list[str]:
        """A token comes here from the activity."""
        return [self.host.name]

    def act(self, token: Token) -> bool:
        """Take what triggered it."""
        return _take_fired(self, token)


class CatchEvent(FlowNode, stock.IntermediateCatchEvent):  # type: ignore[misc]
    """Waits for something to happen."""

    type = "INTERMEDIATE_CATCH_EVENT"
    link_sources: tuple[str, ...] = ()

    def predecessors(self) -> list[str]:
        """Sources of the flows, and the link events that jump here."""
        return [*super().predecessors(), *self.link_sources]

    def act(self, token: Token) -> bool:
        """Subscribe, unless it has happened already (after an event-based gateway)."""
        if "fired" in token.internal_data or self.trigger.kind in {"none", "link"}:
            return _take_fired(self, token)
        subscriptions.open_all(token, [self])
        return False


class _Thrower(FlowNode):
    link_target: str | None = None

    def act(self, token: Token) -> bool:
        """Throw; true when the token goes on at once."""
        kind = self.trigger.kind
        if kind == "message":
            token.workflow.open(token, Kind.JOB, self.name, jobs.of_element(token))
            return False
        if kind == "signal":
            return signals.throw(token, jobs.text(token, self._name(), "signal name"))
        if kind == "escalation":
            return self._escalate(token)
        if kind == "compensate":
            return compensation.run(token, self.trigger.activity)
        return True

    def choose(self, token: Token) -> tuple[SequenceFlow, ...]:
        """Take the flows, or jump to the link's target."""
        if self.link_target is not None:
            return (SequenceFlow("", self.name, self.link_target),)
        return super().choose(token)

    def _name(self) -> ExpressionAttribute:
        return self.trigger.message_name or ExpressionAttribute(self.name)

    def _code(self, token: Token) -> str:
        return "" if self.trigger.code is None else jobs.text(token, self.trigger.code, "code")

    def _escalate(self, token: Token) -> bool:
        instance, code = token.workflow, self._code(token)
        token.internal_data["thrown"] = 1
        throw(token, "escalation", code, "", dict(instance.scopes.local(token.id)))
        return token.id not in instance.gone and token.phase != CANCEL


class ThrowEvent(_Thrower, stock.IntermediateThrowEvent):  # type: ignore[misc]
    """Throws on the way."""

    type = "INTERMEDIATE_THROW_EVENT"


class EndEvent(_Thrower, stock.EndEvent):  # type: ignore[misc]
    """Ends a path; may throw, terminate its scope or cancel its transaction."""

    type = "END_EVENT"

    def act(self, token: Token) -> bool:
        """Throw what it throws; true when the path ends here at once."""
        kind = self.trigger.kind
        if kind == "error":
            return self._error(token)
        if kind == "terminate":
            _cancel_others(token)
        elif kind == "cancel":
            _cancel_others(token)
            return compensation.run(token, None)
        return super().act(token)

    def after_output(self, token: Token) -> None:
        """Trigger the cancel boundary event once the transaction is undone."""
        if self.trigger.kind != "cancel":
            return
        transaction = _transaction(token)
        for event in transaction.task_spec.boundaries:
            if event.trigger.kind == "cancel":
                boundaries.trigger(transaction, event, {})
                return

    def _error(self, token: Token) -> bool:
        instance, code = token.workflow, self._code(token)
        token.internal_data["thrown"] = 1
        if not throw(token, "error", code, "", dict(instance.scopes.local(token.id))):
            message = f"Nothing catches the error '{code}' thrown by '{self.name}'."
            raise Fault("UNHANDLED_ERROR_EVENT", message)
        return False


def _cancel_others(token: Token) -> None:
    for other in token.scope.children:
        if other.id != token.id:
            other.cancel()


def _transaction(token: Token) -> Any:
    """The transaction a cancel end event is in; of a loop, its body, where boundaries sit."""
    scope = token.scope
    return scope.scope if scope.role == "inner" else scope
