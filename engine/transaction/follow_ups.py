"""What has to follow from a step, as values: a unit of work keeps them in a queue.

They are done one by one in the same transaction, never by recursion, each by the handler of its
type (`engine.reactions.handlers`). So a step knows nothing of what reacts to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.model import Wait
from engine.transaction.instances import Instance


@dataclass(frozen=True, slots=True)
class StartChild:
    """A call activity was reached."""

    parent: Instance
    wait: Wait


@dataclass(frozen=True, slots=True)
class AskAdmission:
    """An instance of a process that admits so many a day has begun."""

    instance: Instance


@dataclass(frozen=True, slots=True)
class AssignTask:
    """A user task has opened that finds its person."""

    instance: Instance
    wait: Wait


@dataclass(frozen=True, slots=True)
class ChildEnded:
    """A called instance is complete; `result` is for its parent."""

    child: Instance
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChildThrew:
    """An error or escalation left a called instance."""

    child: Instance
    thrown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CancelChild:
    """The call activity that waited for a child is gone."""

    wait_key: int


@dataclass(frozen=True, slots=True)
class DeliverBuffered:
    """An instance waits for a message, which may have come before."""

    instance: Instance
    wait: Wait


@dataclass(frozen=True, slots=True)
class StartNext:
    """The instance of a correlation key has ended: its next buffered message may start one."""

    ended: Instance


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A signal was thrown; `chain` is how many signals set each other off up to this one.

    The instance that threw it has heard it already.
    """

    name: str
    variables: Mapping[str, Any]
    chain: float = 0
    thrown_by: int = 0  # an instance key; 0: from outside


@dataclass(frozen=True, slots=True)
class HoldElement:
    """An element went round too often: nothing more of it may begin."""

    instance_key: int
    element_id: str


@dataclass(frozen=True, slots=True)
class ReleaseElement:
    """The incident that held an element is gone with its token."""

    instance: Instance
    incident_key: int


FollowUp = (
    AskAdmission
    | AssignTask
    | StartChild
    | ChildEnded
    | ChildThrew
    | CancelChild
    | DeliverBuffered
    | StartNext
    | Broadcast
    | HoldElement
    | ReleaseElement
)
