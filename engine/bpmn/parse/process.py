"""The specification of one process: its elements at every depth by id, read-only after parsing."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.bpmn.parse.graph import SequenceFlow

ROOT = "#process"  # no XML id can be that, so a task may be called Start or End


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]
    """A compiled process, shared by all its instances and threads."""

    def __init__(self, name: str, description: str, filename: str) -> None:
        """Make an empty specification; stock Start and End tasks are left out on purpose."""
        WorkflowSpec.__init__(self, name=name, filename=filename)
        self.description = description
        self.svg = None
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.flows: dict[str, SequenceFlow] = {}
        self.user_task_forms: dict[str, str] = {}

    def node(self, element_id: str) -> Any:
        """Return the spec of an element."""
        return self.task_specs[element_id]

    def nodes(self) -> Iterator[Any]:
        """Walk the specs of all elements, without the process itself."""
        return (spec for name, spec in self.task_specs.items() if name != ROOT)

    @property
    def root(self) -> Any:
        """The spec of the process itself."""
        return self.task_specs[ROOT]

    def inside(self, scope: Any) -> list[Any]:
        """Return the elements directly inside a scope."""
        return self._by_scope.get(scope.name, [])

    @cached_property
    def _by_scope(self) -> dict[str, list[Any]]:
        answer: dict[str, list[Any]] = {}
        for spec in self.nodes():
            answer.setdefault(spec.inside, []).append(spec)
        return answer

    def upstream(self, join: Any, flow: SequenceFlow) -> frozenset[str]:
        """Return the elements from which a token can reach a flow without passing the join."""
        return self._upstream[join.name][flow.id]

    @cached_property
    def _upstream(self) -> dict[str, dict[str, frozenset[str]]]:
        joins = [spec for spec in self.nodes() if spec.joins_inclusively]
        return {
            join.name: {
                flow.id: self.reaching(flow.source, without=join.name) for flow in join.incoming
            }
            for join in joins
        }

    def reaching(self, target: str, without: str) -> frozenset[str]:
        """Return the elements from which a token can come to one, without another; itself too."""
        found: set[str] = set()
        todo = [target]
        while todo:
            name = todo.pop()
            if name in found or name == without:
                continue
            found.add(name)
            todo.extend(self.node(name).predecessors())
        return frozenset(found)
