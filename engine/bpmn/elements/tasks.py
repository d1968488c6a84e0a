"""Tasks: what each of them waits for or does at once."""

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.bpmn.elements import decisions, jobs, mappings, subscriptions, task_listeners
from engine.bpmn.elements.node import FlowNode
from engine.bpmn.elements.throwing import catchers
from engine.bpmn.execution.token import OUTPUT, Token
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.extensions import Binding, Called
from engine.model import Kind


class PassTask(FlowNode, stock.NoneTask):  # type: ignore[misc]
    """An untyped task: passes at once."""

    is_activity = True


class ManualTask(FlowNode, stock.ManualTask):  # type: ignore[misc]
    """A manual task: nobody tells us when it is done, so it passes at once."""

    type = "MANUAL_TASK"
    is_activity = True


class UserTask(FlowNode, stock.UserTask):  # type: ignore[misc]
    """A task for a person; what its listeners do with it is in `hearing`."""

    type = "USER_TASK"
    is_activity = True

    def act(self, token: Token) -> bool:
        """Put it into the inbox, after its creating listeners."""
        if token.waits_as(Kind.USER_TASK):
            task_listeners.run_next_listener(token)  # a listener's job could not be made: try again
        else:
            task_listeners.create(token)
        return False

    def close_before_cancel(self, token: Token) -> None:
        """Keep the task in the inbox while canceling listeners are heard."""
        task_listeners.begin_cancel(token)

    def hears_cancel(self, token: Token) -> bool:
        """Open the job of the next listener of the task, then of the element."""
        return task_listeners.hears_cancel(token) or super().hears_cancel(token)


class JobTask(FlowNode, stock.ServiceTask):  # type: ignore[misc]
    """A service or send task: a job for a worker."""

    type = "SERVICE_TASK"
    is_activity = True
    _types: ClassVar[dict[str, str]] = {
        "serviceTask": "SERVICE_TASK",
        "sendTask": "SEND_TASK",
        "businessRuleTask": "BUSINESS_RULE_TASK",
        "scriptTask": "SCRIPT_TASK",
    }

    @property
    def api_type(self) -> str:
        """The element type of the API."""
        return self._types[self.tag]

    def act(self, token: Token) -> bool:
        """Create the job."""
        token.workflow.open(token, Kind.JOB, self.name, jobs.of_element(token))
        return False


class BusinessRuleTask(JobTask):
    """A decision evaluated in place, or a job."""

    def act(self, token: Token) -> bool:
        """Evaluate the decision and take its result."""
        if self.extensions.called_decision is None:
            return super().act(token)
        mappings.take(self, token, decisions.evaluate(token))
        return True


class ScriptTask(JobTask):
    """A FEEL expression evaluated in place, or a job."""

    def act(self, token: Token) -> bool:
        """Evaluate the expression and take its result."""
        script = self.extensions.script
        if script is None:
            return super().act(token)
        value, _ = token.workflow.evaluate(script, token, "EXTRACT_VALUE_ERROR")
        mappings.take(self, token, {self.extensions.script_result or "result": value})
        return True


class ReceiveTask(FlowNode, stock.ReceiveTask):  # type: ignore[misc]
    """Waits for a message."""

    type = "RECEIVE_TASK"
    is_activity = True

    def act(self, token: Token) -> bool:
        """Subscribe, unless the message is here already (after an event-based gateway)."""
        if "fired" in token.internal_data:
            mappings.take(self, token, token.internal_data.pop("fired"))
            return True
        subscriptions.open_all(token, [self])
        return False


class CallActivity(FlowNode, stock.CallActivity):  # type: ignore[misc]
    """Calls another process: a child instance of its own, started and ended by the shell."""

    type = "CALL_ACTIVITY"
    is_activity = True

    def act(self, token: Token) -> bool:
        """Return which process to start, with which variables."""
        called, instance = self._called, token.workflow
        if called.propagate_parent:
            variables = instance.view(token).flat()
        else:
            variables = dict(instance.scopes.local(token.id))
        business_key = None
        if called.business_key is not None:
            business_key = jobs.text(token, called.business_key, "business id")
        data = {
            "process_id": jobs.text(token, called.target or ExpressionAttribute(""), "process id"),
            "binding": called.binding.type,
            "version_tag": called.binding.version_tag,
            "variables": variables,
            "propagate_all": called.propagate_child,
            "business_key": business_key,
            "caller": catchers(token),
        }
        instance.open(token, Kind.CHILD, self.name, data)
        return False

    @property
    def _called(self) -> Called:
        return self.extensions.called_element or Called(None, Binding())

    def resume(
        self, token: Token, kind: Kind, variables: dict[str, Any], result: dict[str, Any]
    ) -> None:
        """Take the child's variables as far as the diagram wants them."""
        if self.extensions.outputs or self._called.propagate_child:
            mappings.take(self, token, variables)
        token.phase = OUTPUT
        token.again()
