"""What a step of the story is: what people and customers do, over HTTP; no process logic here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Happens:
    """Another system tells of something: `POST /crm/v1/events`."""

    kind: str
    who: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TheCause:
    """A cause by its name, where a form takes its number."""

    name: str


@dataclass(frozen=True, slots=True)
class TheCustomer:
    """A customer of the story, where a form takes the number as a text, or a list of them."""

    who: str
    in_a_list: bool = False


class Numbered(Protocol):
    """A record that is known only when the story has come so far."""

    def number(self, player: Any) -> int:
        """Return its number; raise WentWrong when there is none."""


@dataclass(frozen=True, slots=True)
class TheNumber:
    """The number of a record, where a form takes it."""

    of: Numbered


@dataclass(frozen=True, slots=True)
class Does:
    """A colleague completes a task; `by` only where not whoever has it or may take it."""

    element: str
    values: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """A customer opens the newest link in the mail and sends the form."""

    who: str
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Complains:
    """Somebody writes on the public complaint page, without an account."""

    who: str
    text: str
    wish: str = "fix"


@dataclass(frozen=True, slots=True)
class Starts:
    """A colleague starts a process by hand."""

    process: str
    by: str


@dataclass(frozen=True, slots=True)
class Passes:
    """Time passes."""

    days: float


@dataclass(frozen=True, slots=True)
class Keeps:
    """Another system keeps a record with us: `/crm/v1/records/{kind}`."""

    kind: str
    who: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tells:
    """Somebody tells the processes by a message of the API, with variables."""

    message: str
    variables: Mapping[str, Any]
    by: str = "olivia"


class PlaysItself(Protocol):
    """An act of one chapter alone, which knows how it is done."""

    def play(self, player: Any) -> None:
        """Do it with the player of the story; raise WentWrong where it does not go as told."""


Act = Keeps | Tells | Happens | Does | Answers | Complains | Starts | Passes | PlaysItself


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story: what is done, what it should lead to, and why."""

    title: str
    why: str
    acts: tuple[Act, ...]
    stages: Mapping[str, str] = field(default_factory=dict)  # whose stage is which then
    register: Mapping[str, str] = field(default_factory=dict)  # of the lapsed, who stands how
    open_tasks: tuple[str, ...] = ()  # elements where somebody has a task then
