"""Who somebody is, as the rest of the house sees it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """A person or program that has signed in. Tasks and processes know it by `username` only."""

    username: str
    display_name: str
    email: str = ""
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    locale: str = ""
    calendar: str = ""
    shortcuts: bool = True
    id: int = 0
    scopes: frozenset[str] | None = None  # of the token it came with; None: not narrowed


ROLES = ("admin", "process_owner", "operator", "integrator")
