"""What every element does: its phases, on SpiffWorkflow's task life cycle.

FUTURE → READY (in the queue) → STARTED (somebody outside must resume a wait) → COMPLETED or
CANCELLED. Inside a run the phases follow the dialect: input mappings, start listeners, boundary
events and behaviour, output mappings, end listeners, the outgoing flows.
"""

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.elements import boundaries, listeners, loops, mappings
from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import ACT, CANCEL, END, INPUT, LEAVE, OUTPUT, START, WAIT, Token
from engine.bpmn.parse.extensions import Extensions
from engine.bpmn.parse.graph import Loop, SequenceFlow, Trigger
from engine.model import Kind


class FlowNode(BpmnSpecMixin):  # type: ignore[misc]
    """Mixed into SpiffWorkflow's spec classes; a subclass says what `act` does."""

    type: ClassVar[str] = "TASK"  # ElementInstanceResultType of the API
    joins_inclusively: ClassVar[bool] = False
    is_scope: ClassVar[bool] = False
    is_activity: ClassVar[bool] = False
    starts_event_subprocess = False
    interrupting = False
    start_event: Any = None  # of an event subprocess

    extensions: Extensions
    inside: str  # name of the enclosing scope
    depth: int
    trigger: Trigger
    loop: Loop | None
    incoming: list[SequenceFlow]
    outgoing: list[SequenceFlow]
    boundaries: list[Any]  # specs of the boundary events attached here
    host: Any  # of a boundary event: the activity it is attached to
    compensates: Any  # of a compensation boundary event: its handler
    is_handler: bool  # is for compensation: runs only when called for
    tag: str

    def prepare(self, tag: str, inside: str, depth: int) -> None:
        """Set what the parser fills in; called once for each spec."""
        self.tag, self.inside, self.depth = tag, inside, depth
        self.extensions = Extensions()
        self.trigger = Trigger()
        self.loop = None
        self.incoming, self.outgoing, self.boundaries = [], [], []
        self.host = self.compensates = None
        self.is_handler = False

    @property
    def label(self) -> str:
        """Name on the diagram, or the id."""
        return str(self.bpmn_name or self.name)

    @property
    def api_type(self) -> str:
        """The element type of the API."""
        return self.type

    @property
    def collects(self) -> bool:
        """Return whether tokens of several flows are collected here into one."""
        return False

    def event_subprocesses(self) -> list[Any]:
        """Specs of the event subprocesses directly inside this scope."""
        return []

    def predecessors(self) -> list[str]:
        """Names of the elements of the same scope from which a token can come here."""
        return [flow.source for flow in self.incoming]

    # -- SpiffWorkflow's life cycle -----------------------------------------------------------

    def _update(self, my_task: Token) -> None:
        if self._update_hook(my_task):
            my_task._ready()

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _on_ready(self, my_task: Token) -> None:
        my_task.workflow.enqueue(my_task)

    def _predict(self, my_task: Token, *_: Any, **__: Any) -> None:
        """Nothing is predicted: a token is made when its flow is taken."""

    def _run(self, my_task: Token) -> bool | None:
        try:
            return self._run_hook(my_task)
        except Fault as fault:
            my_task.workflow.incident(my_task, fault.error_type, fault.message)
            return None

    def _run_hook(self, my_task: Token) -> bool | None:
        token = my_task
        if token.phase == CANCEL:
            self.cancelled(token)
            return None
        if token.phase == INPUT:
            if token.role != "body":
                mappings.inputs(self, token)
            token.phase = START
        if token.phase == START:
            if listeners.waits(self, token, "start"):
                return None
            token.phase = ACT
        if token.phase in {ACT, WAIT}:
            if not self._behave(token):
                return None
            token.phase = OUTPUT
        return self._finish(token)

    def _behave(self, token: Token) -> bool:
        token.phase = ACT
        if token.role != "inner" and self.is_activity:
            boundaries.arm(token)
        done = loops.act(self, token) if token.role == "body" else self.act(token)
        if not done and token.phase == ACT:
            token.phase = WAIT
        return done

    def _finish(self, token: Token) -> bool | None:
        if token.phase == OUTPUT:
            token.workflow.close_waits(token)
            if token.role == "body":
                loops.output(self, token)
            else:
                mappings.outputs(self, token)
                self.after_output(token)
                if token.phase == CANCEL:  # by what it threw
                    return None
            token.phase = END
        if token.phase == END:
            if listeners.waits(self, token, "end"):
                return None
            token.phase = LEAVE
        token.taken = () if token.role == "inner" else self.choose(token)
        return True

    def _on_complete(self, my_task: Token) -> None:
        my_task.workflow.leave(my_task)

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.terminated(my_task)

    def _on_error(self, my_task: Token) -> None:
        """Never reached: a fault is an incident and the token stays."""

    def close_before_cancel(self, token: Token) -> None:
        """Close what an element waits for when its cancelling begins."""
        token.workflow.close_waits(token)

    def cancelled(self, token: Token) -> None:
        """End the cancelling of an element in which nothing is left; its listeners hear it first.

        It may be called by a scope or an event, so a fault is caught here.
        """
        try:
            if not token.workflow.hurried and self.hears_cancel(token):
                return
        except Fault as fault:
            token.workflow.incident(token, fault.error_type, fault.message)
            return
        token._set_state(TaskState.CANCELLED)
        self._on_cancel(token)

    def hears_cancel(self, token: Token) -> bool:
        """Open the job of the next cancel listener; false when there is none left."""
        return listeners.waits(self, token, "cancel")

    # -- What a subclass says -----------------------------------------------------------------

    def act(self, token: Token) -> bool:
        """Do it; true when done, false when somebody outside must resume a wait."""
        return True

    def after_output(self, token: Token) -> None:
        """Do what follows the output mappings, such as throwing an event."""

    def choose(self, token: Token) -> tuple[SequenceFlow, ...]:
        """Return which flows are taken: all without a condition and those whose condition holds."""
        if all(flow.condition is None for flow in self.outgoing):
            return tuple(self.outgoing)
        return self.conditional(token)

    def conditional(self, token: Token, *, first: bool = False) -> tuple[SequenceFlow, ...]:
        """Evaluate the conditions in order; the default flow when none holds."""
        found: list[SequenceFlow] = []
        for flow in self.outgoing:
            if flow.default or not self.holds(token, flow):
                continue
            found.append(flow)
            if first:
                break
        found = found or [flow for flow in self.outgoing if flow.default]
        if not found:
            raise Fault(
                "CONDITION_ERROR",
                f"No outgoing sequence flow of '{self.name}' has a condition that is true, "
                "and there is no default flow.",
            )
        return tuple(found)

    def holds(self, token: Token, flow: SequenceFlow) -> bool:
        """Return whether the condition of a flow is true; anything but true or false is a fault."""
        if flow.condition is None:
            return True
        value, why = token.workflow.evaluate(flow.condition, token, "CONDITION_ERROR")
        if not isinstance(value, bool):
            raise Fault(
                "CONDITION_ERROR",
                f"The condition of the sequence flow '{flow.id}' gave "
                f"{token.workflow.show(value)}, not true or false. {why}".strip(),
            )
        return value

    def resume(
        self, token: Token, kind: Kind, variables: dict[str, Any], result: dict[str, Any]
    ) -> None:
        """Take what the wait brought and go on."""
        mappings.take(self, token, variables)
        token.phase = OUTPUT
        token.again()

    def resume_target(self, token: Token, event: Any, variables: dict[str, Any]) -> None:
        """Go on to the event that happened (event-based gateways only)."""
        raise LookupError(f"'{self.name}' does not wait for '{event.name}'")

    def child_left(self, token: Token, child: Token) -> None:
        """Hear that a token inside this scope has left; by default the last one ends it."""
        if token.role == "body":
            loops.child_left(self, token, child)
        else:
            self.child_gone(token)

    def child_gone(self, token: Token) -> None:
        """Go on when nothing is left inside: to the end, or with what interrupted or cancelled."""
        if token.busy:
            return
        if token.phase == CANCEL:
            self.cancelled(token)
        elif "then" in token.internal_data:
            boundaries.begin(token, *token.internal_data.pop("then"))
        elif token.phase == WAIT:
            token.phase = OUTPUT
            token.again()

    def awaits(self, token: Token) -> bool:
        """Return whether a token without waits and children is right to stay."""
        return token.has_state(TaskState.READY) or bool(token.internal_data.get("pending"))
