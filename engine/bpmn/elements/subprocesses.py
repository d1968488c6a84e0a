"""Scopes: the process itself, embedded, event, transaction and ad-hoc subprocesses."""

from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask

from engine.bpmn.elements import boundaries, jobs
from engine.bpmn.elements.node import FlowNode
from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import CANCEL, LEAVE, OUTPUT, WAIT, Token
from engine.errors import Invalid
from engine.model import Kind

_EXTRACT = "EXTRACT_VALUE_ERROR"


class _Scope(FlowNode):
    is_scope = True

    def act(self, token: Token) -> bool:
        """Arm the event subprocesses and start; true when there is nothing inside to run."""
        instance = token.workflow
        boundaries.arm_scope(token)
        if "start" in token.internal_data:
            element_id, variables = token.internal_data.pop("start")
            instance.spawn(instance.spec.node(element_id), token, fired=variables)
            return False
        if token.internal_data.pop("empty", False):  # a modification puts its elements in
            return False
        starts = self.starts
        for spec in starts:
            instance.spawn(spec, token)
        return not starts

    def event_subprocesses(self) -> list[Any]:
        """Specs of the event subprocesses directly inside."""
        return self._event_subprocesses

    @cached_property
    def contents(self) -> list[Any]:
        """Specs of all elements directly inside."""
        found: list[Any] = self._wf_spec.inside(self)
        return found

    @cached_property
    def _event_subprocesses(self) -> list[Any]:
        return [each for each in self.contents if each.type == "EVENT_SUB_PROCESS"]

    @cached_property
    def starts(self) -> list[Any]:
        """Where a token begins: the none start event, else every element nothing leads to."""
        events = [each for each in self.contents if each.type == "START_EVENT"]
        plain = [each for each in events if each.trigger.kind == "none"]
        return plain if events else [each for each in self.contents if may_begin(each)]


def may_begin(spec: Any) -> bool:
    """Return whether an element without incoming flows begins a scope that has no start event."""
    return not (
        spec.incoming
        or spec.is_handler
        or spec.type in {"BOUNDARY_EVENT", "EVENT_SUB_PROCESS", "START_EVENT"}
        or (spec.type == "INTERMEDIATE_CATCH_EVENT" and spec.trigger.kind == "link")
    )


class ProcessNode(_Scope, BpmnStartTask):  # type: ignore[misc]
    """The process itself: the outermost scope."""

    type = "PROCESS"


class SubProcess(_Scope, stock.SubWorkflowTask):  # type: ignore[misc]
    """An embedded subprocess."""

    type = "SUB_PROCESS"
    is_activity = True


class TransactionSubProcess(SubProcess):
    """A subprocess that can be cancelled and undone as a whole."""


class EventSubProcess(_Scope, stock.EventSubprocess):  # type: ignore[misc]
    """Runs inside its scope when its start event happens."""

    type = "EVENT_SUB_PROCESS"

    @cached_property
    def start_event(self) -> Any:
        """Its start event."""
        return next((each for each in self.contents if each.type == "START_EVENT"), None)


class AdHoc(_Scope, stock.AdHocSubprocess):  # type: ignore[misc]
    """Activities in any order, each in a slot of its own."""

    type = "AD_HOC_SUB_PROCESS"
    is_activity = True
    completion: Any = None
    cancel_remaining = True

    def act(self, token: Token) -> bool:
        """Activate the elements of the collection, or ask a worker what to do."""
        instance, own = token.workflow, self.extensions
        if "out" in token.internal_data:  # an incident of a later question to the worker
            self._ask(token)
            return False
        names = self._wanted(token)
        boundaries.arm_scope(token)
        known = [_shown(each) for each in self.contents if may_begin(each)]
        instance.scopes.put(token.id, "adHocSubProcessElements", known)
        self._keep(token, [])
        if own.job_type is not None:
            self._ask(token)
        for name in names:
            self.activate(token, name, {})
        return False

    def activate(self, token: Token, element_id: str, variables: dict[str, Any]) -> None:
        """Start one of the inner elements in a slot."""
        instance = token.workflow
        slot = instance.add(self, token.id, "slot")
        slot.phase = WAIT
        slot._set_state(32)
        instance.note(slot, "ACTIVE")
        for name, value in variables.items():
            instance.scopes.put(slot.id, name, value)
        instance.spawn(instance.spec.node(element_id), slot)

    def can_activate(self, element_id: str) -> bool:
        """Return whether an element may be started here by name."""
        return any(each.name == element_id and may_begin(each) for each in self.contents)

    def resume(
        self, token: Token, kind: Kind, variables: dict[str, Any], result: dict[str, Any]
    ) -> None:
        """Do what the worker of the ad-hoc job decided."""
        for name, value in variables.items():
            token.workflow.scopes.put(token.id, name, value)
        wanted = result.get("activate_elements") or ()
        for each in wanted:
            if not self.can_activate(each["element_id"]):
                raise Invalid(f"'{each['element_id']}' is no element to activate here.")
        if result.get("is_cancel_remaining_instances"):
            for child in token.children:
                child.cancel()
        for each in wanted:
            self.activate(token, each["element_id"], each.get("variables") or {})
        if result.get("is_completion_condition_fulfilled"):
            self._complete(token, cancel=False)

    def _run_hook(self, my_task: Token) -> bool | None:
        if my_task.role != "slot":
            return super()._run_hook(my_task)
        self._collect(my_task)
        my_task.phase, my_task.taken = LEAVE, ()
        return True

    def after_output(self, token: Token) -> None:
        """Write the collected outputs into the enclosing scope."""
        where = self.extensions.ad_hoc
        if where is not None and where.output:
            token.workflow.write(token.scope, where.output, token.internal_data.get("out", []))

    def child_left(self, token: Token, child: Token) -> None:
        """A slot's last element has left, or a slot has."""
        if token.role == "body":
            super().child_left(token, child)
        elif child.internal_data.get("stop"):
            self._complete(token, cancel=self.cancel_remaining)
        else:
            self.child_gone(token)
            if child.role == "slot" and token.phase == WAIT and self._is_steered(token):
                self._ask(token)

    def child_gone(self, token: Token) -> None:
        """Go on when nothing is left inside and nothing more is to come."""
        if token.role == "slot" and token.phase == WAIT:
            if not token.busy:
                token.again()
        elif token.role or token.phase == CANCEL or "then" in token.internal_data:
            super().child_gone(token)
        elif not token.busy and not self._stays_open(token):
            self._complete(token, cancel=False)

    def _stays_open(self, token: Token) -> bool:
        if token.internal_data.get("done") or token.internal_data.get("interrupted"):
            return False
        return self.completion is not None or self._is_steered(token)

    def _is_steered(self, token: Token) -> bool:
        over = token.internal_data.get("done") or token.internal_data.get("interrupted")
        return self.extensions.job_type is not None and not over

    def awaits(self, token: Token) -> bool:
        """It stays open for activation by the API."""
        return True

    def _complete(self, token: Token, *, cancel: bool) -> None:
        token.internal_data["done"] = 1
        if cancel:
            for child in token.children:
                child.cancel()
        if not token.busy:
            token.phase = OUTPUT
            token.again()

    def _collect(self, slot: Token) -> None:
        instance, where = slot.workflow, self.extensions.ad_hoc
        if (
            where is not None
            and where.output_item is not None
            and not slot.internal_data.get("kept")
        ):
            value, _ = instance.evaluate(where.output_item, slot, _EXTRACT)
            self._keep(slot.scope, [*slot.scope.internal_data.get("out", ()), value])
            slot.internal_data["kept"] = 1  # an incident of the condition does not do it again
        if self.completion is not None:
            value, why = instance.evaluate(self.completion, slot, _EXTRACT)
            if not isinstance(value, bool):
                shown = instance.show(value)
                raise Fault(_EXTRACT, f"The completion condition gave {shown}. {why}".strip())
            slot.internal_data["stop"] = value

    def _keep(self, token: Token, outputs: list[Any]) -> None:
        """Remember the outputs so far, where conditions and output mappings see them."""
        token.internal_data["out"] = outputs
        where = self.extensions.ad_hoc
        if where is not None and where.output:
            token.workflow.scopes.put(token.id, where.output, outputs)

    def _wanted(self, token: Token) -> list[str]:
        where = self.extensions.ad_hoc
        if where is None or where.items is None:
            return []
        names, why = token.workflow.evaluate(where.items, token, _EXTRACT)
        if not isinstance(names, list) or not all(self.can_activate(str(each)) for each in names):
            shown = token.workflow.show(names)
            message = f"The active elements gave {shown}, not ids of inner elements. {why}"
            raise Fault(_EXTRACT, message.strip())
        return [str(each) for each in names]

    def _ask(self, token: Token) -> None:
        """Ask the worker what to do; a question it has not answered yet is asked anew."""
        for key, (kind, element_id, _) in list(token.waits.items()):
            if kind == Kind.JOB and element_id == self.name:
                token.workflow.close(token, key)
        try:
            wait = jobs.of_element(token, kind="AD_HOC_SUB_PROCESS")
        except Fault as fault:
            token.workflow.incident(token, fault.error_type, fault.message)
            return
        token.workflow.open(token, Kind.JOB, self.name, wait)


def _shown(spec: Any) -> dict[str, Any]:
    """Describe an element to the worker (or model) that chooses what to activate."""
    return {
        "elementId": spec.name,
        "elementName": spec.label,
        "documentation": spec.documentation or "",
        "properties": dict(spec.extensions.properties),
    }
