"""What cannot run, and why: each reason with its element. Structure first, then each element."""

from engine.spiff.checks.elements import check_process
from engine.spiff.checks.executable import executable
from engine.spiff.checks.structure import check_file

__all__ = ["check_file", "check_process", "executable"]
