"""Which processes of a file run: those marked as executable, or not marked at all."""

from engine.bpmn.parse.names import XmlNode, children, flag, local
from engine.model import Problem

_FURNITURE = frozenset(
    {
        "artifact",
        "association",
        "auditing",
        "documentation",
        "extensionElements",
        "group",
        "ioSpecification",
        "laneSet",
        "monitoring",
        "property",
        "supportedInterfaceRef",
        "textAnnotation",
    }
)


def executable(root: XmlNode) -> tuple[list[XmlNode], list[Problem]]:
    """Choose the processes that run, and say which do not."""
    processes = list(children(root, "process")) if local(root) == "definitions" else []
    chosen = [node for node in processes if _runs(node)]
    if not chosen:  # then it is better told that it is empty
        chosen = [node for node in processes if len(node) and _unmarked(node)]
    if not processes:
        return [], [Problem("The file has no process.", rule="executable")]
    if not chosen and all(node.get("id") for node in processes):
        hint = "Mark the process as executable."
        named = ", ".join(f"'{node.get('name') or node.get('id')}'" for node in processes)
        message = f"No process is executable: {named}."
        element = processes[0].get("id")
        return [], [Problem(message, element=element, rule="executable", hint=hint)]
    left = [node for node in processes if node not in chosen]
    return chosen, [problem for node in left for problem in _left_out(node)]


def _runs(node: XmlNode) -> bool:
    if _unmarked(node) and not _draws(node):
        return False  # the black box of a pool
    return bool(node.get("id")) and flag(node, "isExecutable", default=True)


def _unmarked(node: XmlNode) -> bool:
    return bool(node.get("id")) and node.get("isExecutable") is None


def _draws(node: XmlNode) -> bool:
    """Whether there is anything in it beside what tools write into every process."""
    return any(local(each) not in _FURNITURE for each in node)


def _left_out(node: XmlNode) -> list[Problem]:
    if not node.get("id"):
        return [Problem("A process has no id.", rule="missing-id")]
    if not len(node):
        return []
    message = "It is not marked as executable and is left out."
    if _unmarked(node):
        message = "It is the process of a pool without anything in it, and is left out."
    return [Problem(message, "warning", element=node.get("id"), rule="executable")]
