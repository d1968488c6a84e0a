"""Who works here, as far as service tasks may know: the port to the accounts of the web."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may sign in and take tasks."""

    username: str
    name: str
    groups: frozenset[str]
    language: str = "en"


class People(Protocol):
    """What the worker gives to service tasks that look for a person."""

    def members(self, session: Session, groups: Collection[str]) -> list[Colleague]:
        """Return the active people of these groups, by user name."""
