"""What cannot run, and why: each reason with its element. Structure first, then each element."""

from engine.bpmn.checks.elements import check_process
from engine.bpmn.checks.executable import executable
from engine.bpmn.checks.structure import check_file

__all__ = ["check_file", "check_process", "executable"]
