"""What came of a replay: the same, another way and where, or why it could not be replayed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Reason(StrEnum):
    """Why a case cannot be replayed."""

    ERASED = "erased"  # its values were erased
    NOT_KEPT = "not kept"  # it ran before raw inputs were recorded
    MOVED = "moved"  # an operator moved its tokens or migrated it
    DAMAGED = "damaged"  # the engine lost something of it, or it was abandoned
    NOT_REPRODUCED = "not reproduced"  # its own version comes to something else (random numbers …)


class NotReplayable(Exception):
    """A case cannot be replayed."""

    def __init__(self, reason: Reason, told: str = "") -> None:
        """Take the reason, and what exactly was in the way."""
        super().__init__(told or reason.value)
        self.reason = reason
        self.told = told


class Result(StrEnum):
    """How a replayed case went, the first that is true."""

    ANOTHER_WAY = "another way"  # other elements, other answers of decisions, another end
    STOPPED = "stopped"  # the same so far, then something nobody recorded
    OTHER_TIMES = "other times"  # the same elements, some at another time
    OTHER_VALUES = "other values"  # the same elements and answers, other variables
    SAME = "same"
    NOT_REPLAYABLE = "not replayable"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that happens otherwise: where, when, what was recorded and what happens now.

    `kind` decision: `name` is the decision, `recorded` and `now` its answers and rows;
    way: element ids that only the case or only the version came to at this step;
    time: the instants of a timer; value: `name` is the variable;
    unheard: an input that nothing waits for any more.
    """

    kind: Literal["decision", "way", "time", "value", "unheard"]
    element: str
    at: datetime
    recorded: object = None
    now: object = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a replay stopped, because nobody recorded what would come: a stable word for why."""

    element: str
    waits_for: str  # a kind of wait: user_task, job …
    at: datetime
    why: Literal[
        "never there", "given other values", "came before", "gone by then", "refused", "incident",
        "too long",
    ]  # fmt: skip
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case on the other version."""

    key: int
    definition_key: int  # that it ran on
    business_key: str | None
    started_at: datetime
    ended_at: datetime
    result: Result
    differences: tuple[Difference, ...] = ()
    stopped: Stop | None = None
    taken: int = 0  # answers of people taken as recorded after the first difference
    ends: tuple[str, ...] = ()  # the end events the version came to
    reason: Reason | None = None
    told: str = ""  # what was in the way of a case that cannot be replayed

    @property
    def first(self) -> Difference | None:
        """Where it goes another way first."""
        return self.differences[0] if self.differences else None

    @property
    def differs(self) -> bool:
        """Return whether other elements were come to or a decision answered otherwise."""
        return self.result is Result.ANOTHER_WAY
