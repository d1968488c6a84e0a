"""A token: a SpiffWorkflow task whose parent is the scope it runs in; only live ones exist."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.live_task import LiveTask
from engine.bpmn.execution.unsupported import refuse

# The phases of an element, in order; an incident is retried from the phase it happened in.
INPUT, START, ACT, WAIT, OUTPUT, END, LEAVE, CANCEL = range(8)
_STARTED = 32


class Token(LiveTask):
    """One element instance; its id is the element instance key.

    `role` is "" for an ordinary one, "body" for a multi-instance body, "inner" for one of its
    children, "hold" for tokens collected at a join, "slot" for the inner instance of an ad-hoc
    subprocess. `waits` are [kind, element id, extra] by key; `internal_data` is what the element
    remembers.
    """

    def __init__(  # super() reads the clock and logs a dictionary per state; neither is wanted
        self, workflow: Any, spec: Any, parent: int, key: int, since: datetime, role: str = ""
    ) -> None:
        """Make a token of a spec inside a scope; it is not ready yet."""
        self.id = key
        self.workflow = workflow
        self.task_spec = spec
        self._parent = parent
        self._state = TaskState.FUTURE
        self.triggered = False
        self.since = since
        self.role = role
        self.phase = INPUT
        self.waits: dict[str, list[Any]] = {}
        self.internal_data: dict[str, Any] = {}
        self.taken: tuple[Any, ...] = ()

    @property
    def parent(self) -> "Token | None":
        """The token of the enclosing scope, None for the process itself."""
        found: Token | None = self.workflow.token(self._parent) if self._parent else None
        return found

    @property
    def children(self) -> list["Token"]:
        """The live tokens inside this scope, oldest first."""
        return [self.workflow.token(key) for key in self.workflow.inside.get(self.id, ())]

    @property
    def busy(self) -> bool:
        """Return whether something lives inside this scope."""
        return bool(self.workflow.inside.get(self.id))

    def waits_as(self, kind: str) -> bool:
        """Return whether the token has a wait of this kind."""
        return any(entry[0] == kind for entry in self.waits.values())

    @property
    def scope(self) -> "Token":
        """The enclosing scope; an error for the process itself."""
        parent = self.parent
        if parent is None:
            raise LookupError(f"{self.task_spec.name} is the outermost scope")
        return parent

    def chain(self) -> Iterator["Token"]:
        """Walk this token and its enclosing scopes, innermost first."""
        here: Token | None = self
        while here is not None:
            yield here
            here = here.parent

    def _set_state(self, value: int) -> None:
        self._state = value

    def again(self) -> None:
        """Make the token ready to go on from its phase."""
        self._set_state(TaskState.READY)
        self.workflow.enqueue(self)

    def complete(self) -> None:
        """Complete a token that has run to its end; one that waits is not completed from here."""
        if self.phase != LEAVE:
            refuse("complete", f"'{self.task_spec.name}' waits", "the command that ends its wait")
        super().complete()

    def cancel(self) -> None:
        """Terminate everything inside, then this token; cancel listeners may make that last."""
        if self.has_state(TaskState.FINISHED_MASK) or (self.phase == CANCEL and self.lingers):
            return
        self.phase = CANCEL
        self._set_state(_STARTED)
        self.internal_data.pop("listener", None)
        self.task_spec.close_before_cancel(self)
        for child in self.children:
            child.cancel()
        if not self.busy and not self.has_state(TaskState.FINISHED_MASK):
            self.task_spec.cancelled(self)
        if not self.has_state(TaskState.FINISHED_MASK):
            self.internal_data["late"] = 1

    @property
    def lingers(self) -> bool:
        """Return whether it is being cancelled, but listeners are to be heard first."""
        return self.phase == CANCEL and not self.workflow.hurried
