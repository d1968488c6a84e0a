"""Reading for many customers at once: asked about one of them, the answer for all is read.

A service task that answers for a set says so with `begin`. Within it `each` reads what differs by
customer with one query for everybody, and `once` reads what is the same for all a single time.
Outside of a set both read as if nothing was there. A set lives within one transaction, whose locks
keep what was read true.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

P = ParamSpec("P")
T = TypeVar("T")
_KEY = "together"


@dataclass
class Together:
    """The customers of a set, what was read about them, and records to be kept in sight."""

    ids: tuple[int, ...]
    known: dict[Any, Any] = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict)

    def __contains__(self, customer_id: object) -> bool:
        return customer_id in self._members

    def __post_init__(self) -> None:
        """Hold the members as a set as well."""
        self._members = frozenset(self.ids)


def begin(session: Session, ids: Sequence[int]) -> Together:
    """Let these customers be answered together until the session ends."""
    found = Together(tuple(ids))
    session.info[_KEY] = found
    return found


def group_of(session: Session, customer_id: int | None = None) -> Together | None:
    """Return the set of a session, if there is one and the customer, if given, is in it."""
    found: Together | None = session.info.get(_KEY)
    if found is None or (customer_id is not None and customer_id not in found):
        return None
    return found


def each(
    session: Session,
    read: Callable[Concatenate[Session, Sequence[int], P], Mapping[int, T]],
    customer_id: int,
    *arguments: P.args,
    **_: P.kwargs,
) -> T | None:
    """Return what `read` knows of a customer; None where it has nothing."""
    group = group_of(session, customer_id)
    if group is None:
        return read(session, (customer_id,), *arguments).get(customer_id)  # type: ignore[call-arg]
    key = (read, arguments)
    if key not in group.known:
        group.known[key] = read(session, group.ids, *arguments)  # type: ignore[call-arg]
    answers: Mapping[int, T] = group.known[key]
    return answers.get(customer_id)


def once(
    session: Session,
    read: Callable[Concatenate[Session, P], T],
    *arguments: P.args,
    **_: P.kwargs,
) -> T:
    """Return what is the same for everybody."""
    group = group_of(session)
    if group is None:
        return read(session, *arguments)  # type: ignore[call-arg]
    key = (read, arguments)
    if key not in group.known:
        group.known[key] = read(session, *arguments)  # type: ignore[call-arg]
    found: T = group.known[key]
    return found
