"""What a step needs from outside: the core reads no clock, database or setting by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine.limits import DEFAULT, Limits
from engine.schedule.business import Calendars, no_calendars

Keys = Callable[[], int]


class Resolver(Protocol):
    """Finds what a diagram names; raises `NotFound`."""

    def decision(self, decision_id: str, binding: str, version_tag: str | None) -> tuple[Any, ...]:
        """Return (model, decision key, meta)."""

    def form(self, form_id: str, binding: str, version_tag: str | None) -> int | None:
        """Return the key of a deployed form."""

    def resource(self, name: str, binding: str, version_tag: str | None) -> int:
        """Return the key of any other deployed file."""


@dataclass(frozen=True, slots=True)
class Context:
    """The time, new keys, what diagrams name, and the most a step may take.

    `halt` is a reason not to go on now: a step then takes what happened and stops what follows.
    """

    now: datetime
    keys: Keys
    resolver: Resolver | None = None
    limits: Limits = DEFAULT
    halt: str = ""
    calendars: Calendars = no_calendars
