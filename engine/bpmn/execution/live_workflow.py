"""SpiffWorkflow's public members of a workflow, on live tokens: its finished tasks are history."""

from typing import Any, NoReturn

from SpiffWorkflow.exceptions import TaskNotFoundException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.bpmn.execution.unsupported import refuse

_READY_BY_ITSELF = {"state": TaskState.READY, "manual": False}


class LiveWorkflow(Workflow):  # type: ignore[misc]
    """A `Workflow` whose tree is the live scopes; a subclass runs it (`Instance`)."""

    key: int
    scopes: Any
    queue: Any
    ended: str | None

    @property
    def task_tree(self) -> Any:
        """The token of the process itself, the root of all scopes."""
        return self.token(self.key)

    @property
    def tasks(self) -> dict[int, Any]:
        """All live tokens by id; an instance in parts may raise `PartMissing`."""
        return {token.id: token for token in self.live()}

    @tasks.setter
    def tasks(self, nothing: dict[int, Any]) -> None:
        """Set by SpiffWorkflow's constructor; the tokens come from the state."""

    @property
    def data(self) -> dict[str, Any]:
        """The variables of the process."""
        return dict(self.scopes.local(self.key))

    @data.setter
    def data(self, nothing: dict[str, Any]) -> None:
        """Set by SpiffWorkflow's constructor; the variables come from the state."""

    @property
    def completed(self) -> bool:
        """Whether nothing lives in it any more."""
        return self.ended is not None

    @completed.setter
    def completed(self, nothing: bool) -> None:
        """Set by SpiffWorkflow's constructor; the state says whether it has ended."""

    def token(self, key: int) -> Any:
        """Return a live token; raise KeyError when there is none."""
        raise NotImplementedError

    def live(self) -> list[Any]:
        """Return all live tokens."""
        raise NotImplementedError

    def run_ready(self, token: Any) -> None:
        """Run a token within the limits of a step."""
        raise NotImplementedError

    def settle(self) -> bool:
        """Let happen what is due by itself now that nothing is ready; true when something did."""
        raise NotImplementedError

    def run(self) -> None:
        """Run until every token waits, or the instance has ended."""
        raise NotImplementedError

    def terminate(self) -> None:
        """Terminate everything that lives."""
        raise NotImplementedError

    def is_completed(self) -> bool:
        """Return whether the instance has ended."""
        return self.completed

    def manual_input_required(self) -> bool:
        """Return whether nothing goes on without somebody outside."""
        return self.get_next_task(**_READY_BY_ITSELF) is None

    def get_task_from_id(self, task_id: Any) -> Any:
        """Return a live token; raise `TaskNotFoundException` when there is none."""
        try:
            return self.token(task_id)
        except KeyError as error:
            message = f"A task with id {task_id} was not found"
            raise TaskNotFoundException(message, task_spec=self.spec) from error

    def run_task_from_id(self, task_id: Any) -> bool | None:
        """Run a token that is ready, within the limits of this step."""
        token = self.get_task_from_id(task_id)
        if token not in self.queue:
            return None
        self.queue.remove(token)
        self.run_ready(token)
        return True

    def run_next(self, use_last_task: bool = True, halt_on_manual: bool = True) -> bool | None:  # noqa: FBT001, FBT002
        """Run the next ready token, in the order of the queue; None when none was ready."""
        if not self.queue or self.completed:
            self.settle()
            return None
        self.run_ready(self.queue.popleft())
        return True

    def run_all(self, use_last_task: bool = True, halt_on_manual: bool = True) -> None:  # noqa: FBT001, FBT002
        """Run all that goes on by itself; within a step that is what the step does."""
        self.run()

    def update_waiting_tasks(self) -> None:
        """Look at conditions, timers that are due at once and joins."""
        self.settle()

    def cancel(self, success: bool = False) -> list[Task]:  # noqa: FBT001, FBT002
        """Terminate everything that lives and return it; cancel listeners are heard first."""
        before = self.live()
        self.success = success
        self.terminate()
        return before

    def get_data(self, name: str, default: Any = None) -> Any:
        """Return a variable of the process."""
        return self.scopes.local(self.key).get(name, default)

    def set_data(self, **kwargs: Any) -> None:
        """Write variables of the process."""
        for name, value in kwargs.items():
            self.scopes.put(self.key, name, value)

    def reset_from_task_id(self, task_id: Any, data: Any = None) -> NoReturn:
        """Refuse: what has ended is history."""
        refuse("reset_from_task_id", "finished tasks are not kept", "the command modify")

    def serialize(self, serializer: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the state is a document of our own."""
        refuse("serialize", "the state is no tree of tasks", "engine.runtime, whose steps hold it")

    @classmethod
    def deserialize(cls, serializer: Any, s_state: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the state is a document of our own."""
        refuse("deserialize", "the state is no tree of tasks", "engine.runtime with a state")
