"""A repeated request has one effect: its key and result are written in the effect's transaction.

The caller says `with once.request(...)`; the first verb inside is then done once for that key, and
answered from its stored result ever after.
"""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import insert, select

from engine import store
from engine.commands.deploy import Deployed, Deployment
from engine.commands.start import Started
from engine.errors import Invalid
from engine.transaction.unit_of_work import Move

T = TypeVar("T")
_KEPT = {kind.__name__: kind for kind in (Deployed, Deployment, Started)}


class OtherRequest(Invalid):
    """The idempotency key was used for another request."""


@dataclass(slots=True)
class Once:
    """A request that must have one effect, however often it is sent."""

    key: str
    actor: str
    request: str  # digest of what is asked
    done: bool = False


_current: ContextVar[Once | None] = ContextVar("once", default=None)


@contextmanager
def request(once: Once) -> Iterator[Once]:
    """Let the next verb of this thread be done once for the request."""
    token = _current.set(once)
    try:
        yield once
    finally:
        _current.reset(token)


def guarded(verb: Callable[[Move], T]) -> Callable[[Move], T]:
    """Give the verb, or inside a request the verb that remembers."""
    once = _current.get()
    if once is None or once.done:
        return verb

    def remembering(move: Move) -> T:
        kept = recall(move.connection, once)
        result: T = decode(kept["verb"]) if kept is not None else verb(move)
        if kept is None:
            remember(move.connection, once, {"verb": encode(result)}, move.now)
        once.done = True
        return result

    return remembering


def recall(connection: Any, once: Once) -> dict[str, Any] | None:
    """Give what was remembered of the request; another request under its key is refused."""
    column = store.idempotency.c
    row = connection.execute(
        select(column.request, column.answer).where(
            column.key == once.key, column.actor == once.actor
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request != once.request:
        raise OtherRequest
    answer: dict[str, Any] = row.answer
    return answer


def remember(connection: Any, once: Once, answer: dict[str, Any], now: Any) -> None:
    """Write down what became of the request."""
    row = {"key": once.key, "actor": once.actor, "request": once.request}
    connection.execute(insert(store.idempotency), row | {"answer": answer, "created_at": now})


def encode(value: Any) -> Any:
    """Write a verb's result as JSON."""
    if dataclasses.is_dataclass(value) and type(value).__name__ in _KEPT:
        names = [field.name for field in dataclasses.fields(value)]
        return {
            "is": type(value).__name__,
            "of": {name: encode(getattr(value, name)) for name in names},
        }
    if isinstance(value, tuple):
        return {"is": "tuple", "of": [encode(each) for each in value]}
    if isinstance(value, dict):
        return {"is": "dict", "of": value}
    return value


def decode(value: Any) -> Any:
    """Read it back."""
    if not isinstance(value, dict):
        return value
    kind, inner = value["is"], value["of"]
    if kind == "tuple":
        return tuple(decode(each) for each in inner)
    if kind == "dict":
        return inner
    return _KEPT[kind](**{name: decode(each) for name, each in inner.items()})
