"""The same review loop on SpiffWorkflow as it is shipped: the yardstick of our figures."""

import re
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


class Stock:
    """A workflow that is saved to and loaded from JSON, specification included."""

    def __init__(self, drawing: Path) -> None:
        """Parse the drawing; its FEEL conditions become the Python that stock evaluates."""
        text = drawing.read_text(encoding="utf-8")
        text = re.sub(r">\s*=\s*(\w+)\s*<", r">\1<", text)
        parser = BpmnParser()
        parser.add_bpmn_str(text.encode())
        self._serializer = BpmnWorkflowSerializer()
        self._workflow = BpmnWorkflow(parser.get_spec("review_loop"))
        self._workflow.do_engine_steps()

    def step(self, data: dict[str, Any]) -> None:
        """Complete the open user task."""
        task = self._workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data.update(data)
        task.run()
        self._workflow.do_engine_steps()

    def save(self) -> str:
        """Write everything as JSON."""
        text: str = self._serializer.serialize_json(self._workflow)
        return text

    def load(self, saved: str) -> None:
        """Read everything from JSON."""
        self._workflow = self._serializer.deserialize_json(saved)
