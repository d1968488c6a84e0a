"""SpiffWorkflow's public members of a task, on a live token whose parent is its scope."""

from typing import Any, NoReturn

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.unsupported import refuse


class LiveTask(Task):  # type: ignore[misc]
    """A `Task` that is one row of a state; a subclass says what it waits for (`Token`)."""

    thread_id = 0  # SpiffWorkflow's branches; tokens have scopes instead
    since: Any

    @property
    def data(self) -> dict[str, Any]:
        """The variables that the token sees; see `set_data` for writing them."""
        return dict(self.workflow.view(self).flat())

    @property
    def last_state_change(self) -> float:
        """When the element began, as seconds since 1970."""
        return float(self.since.timestamp())

    @property
    def _children(self) -> list[int]:
        return list(self.workflow.inside.get(self.id, ()))

    def get_data(self, name: str, default: Any = None) -> Any:
        """Return a variable that the token sees."""
        return self.workflow.view(self).get(name, default)

    def set_data(self, **kwargs: Any) -> None:
        """Write variables as an element does: where the name lives, else into the process."""
        for name, value in kwargs.items():
            self.workflow.write(self, name, value)

    def run(self) -> bool | None:
        """Execute the token if it is ready."""
        if not self.has_state(TaskState.READY):
            refuse("run", f"'{self.task_spec.name}' is not ready", "the command that ends its wait")
        result: bool | None = super().run()
        return result

    def error(self) -> NoReturn:
        """Refuse: what fails is an incident, which can be resolved."""
        refuse("error", "a token that fails stays", "the commands fail or throw of its job")

    def trigger(self, *args: Any) -> NoReturn:
        """Refuse: tokens come by flows and events."""
        refuse("trigger", "tokens come by flows and events", "the command modify")

    def reset_branch(self, data: Any) -> NoReturn:
        """Refuse: what came after has no tasks to remove."""
        refuse("reset_branch", "finished tasks are not kept", "the command modify")
