"""A repeated request has one effect: its key and result are written in the effect's transaction.

The caller says `with idempotency.request(...)`; the first command inside is then done once for that
key, and its stored result is returned ever after.
"""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import insert, select

from engine import store
from engine.errors import Invalid
from engine.model import Deployed, Deployment, Started
from engine.transaction.unit_of_work import UnitOfWork

T = TypeVar("T")
_KEPT = {kind.__name__: kind for kind in (Deployed, Deployment, Started)}


class OtherRequest(Invalid):
    """The idempotency key was used for another request."""


@dataclass(slots=True)
class IdempotentRequest:
    """A request that must have one effect, however often it is sent."""

    key: str
    actor: str
    request: str  # digest of what is asked
    done: bool = False


_current: ContextVar[IdempotentRequest | None] = ContextVar("idempotent request", default=None)


@contextmanager
def request(asked: IdempotentRequest) -> Iterator[IdempotentRequest]:
    """Let the next command of this thread be done once for the request."""
    token = _current.set(asked)
    try:
        yield asked
    finally:
        _current.reset(token)


def guarded(command: Callable[[UnitOfWork], T]) -> Callable[[UnitOfWork], T]:
    """Return the command, or inside a request one that stores its result."""
    asked = _current.get()
    if asked is None or asked.done:
        return command

    def remembering(work: UnitOfWork) -> T:
        kept = recall(work.connection, asked)
        result: T = decode(kept["verb"]) if kept is not None else command(work)
        if kept is None:
            remember(work.connection, asked, {"verb": encode(result)}, work.now)
        asked.done = True
        return result

    return remembering


def recall(connection: Any, asked: IdempotentRequest) -> dict[str, Any] | None:
    """Return what was stored for the request; raises OtherRequest for another."""
    column = store.idempotency.c
    row = connection.execute(
        select(column.request, column.answer).where(
            column.key == asked.key, column.actor == asked.actor
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request != asked.request:
        raise OtherRequest
    answer: dict[str, Any] = row.answer
    return answer


def remember(connection: Any, asked: IdempotentRequest, answer: dict[str, Any], now: Any) -> None:
    """Store what became of the request."""
    row = {"key": asked.key, "actor": asked.actor, "request": asked.request}
    connection.execute(insert(store.idempotency), row | {"answer": answer, "created_at": now})


def encode(value: Any) -> Any:
    """Return a command's result as JSON."""
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
    """Return the result that `encode` wrote."""
    if not isinstance(value, dict):
        return value
    kind, inner = value["is"], value["of"]
    if kind == "tuple":
        return tuple(decode(each) for each in inner)
    if kind == "dict":
        return inner
    return _KEPT[kind](**{name: decode(each) for name, each in inner.items()})
