"""One difference as a value: where it is, of which kind, what stood there and what stands now."""

from dataclasses import dataclass
from enum import StrEnum


class Area(StrEnum):
    """What a change touches that a second person may have to approve."""

    NONE = ""
    ROLES = "roles"
    SCRIPTS = "scripts"
    SERVICE_TASKS = "service_tasks"
    DECISIONS = "decisions"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions.

    `kind` is stable, e.g. "element.added" or "timer"; `about` names the part (a variable, a
    column …); `old` and `new` are the texts of the files, "" where there is none.
    """

    kind: str
    resource: str = ""  # file name
    element: str = ""  # id in the file
    name: str = ""  # as people call it; the id where it has no name
    type: str = ""  # BPMN element, e.g. "userTask"; or "decision", "rule", "field"
    about: str = ""
    old: str = ""
    new: str = ""
    effect: bool = True  # False: only what is read, never what happens
    area: Area = Area.NONE
