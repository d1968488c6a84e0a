"""Which processes of a file run: those marked as executable, or not marked at all."""

from engine.model import Problem
from engine.spiff.names import Node, children, flag, local


def executable(root: Node) -> tuple[list[Node], list[Problem]]:
    """Choose the processes that run, and say which do not."""
    processes = list(children(root, "process")) if local(root) == "definitions" else []
    chosen = [node for node in processes if _runs(node)]
    if not processes:
        return [], [Problem("The file has no process.", rule="executable")]
    if not chosen and all(node.get("id") for node in processes):
        hint = "Mark the process as executable."
        return [], [Problem("No process is executable.", rule="executable", hint=hint)]
    return chosen, [problem for node in processes for problem in _left_out(node)]


def _runs(node: Node) -> bool:
    if node.get("isExecutable") is None and not len(node):
        return False  # the black box of a pool
    return bool(node.get("id")) and flag(node, "isExecutable", default=True)


def _left_out(node: Node) -> list[Problem]:
    if not node.get("id"):
        return [Problem("A process has no id.", rule="missing-id")]
    if not len(node) or _runs(node):
        return []
    message = "It is not marked as executable and is left out."
    return [Problem(message, "warning", element=node.get("id"), rule="executable")]
