"""Ways in which a service task can go wrong, by name; each is called with what it may spoil."""

import asyncio
import math
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.errors import BpmnError, Conflict, Invalid, NotFound

Fault = Callable[[Session], Any]


class Rude(Exception):
    """An error that cannot even be shown."""

    def __str__(self) -> str:
        raise ValueError("no words")


def _raise(error: BaseException) -> Fault:
    def fault(_session: Session) -> NoReturn:
        raise error

    return fault


def _endless(_session: Session) -> Any:
    return _endless(_session)


def _garbled(session: Session) -> None:
    session.execute(text("SELECT nothing FROM nowhere"))


def _half(session: Session) -> None:
    session.execute(text("CREATE TABLE half_done (id INTEGER)"))
    raise OSError("in the middle of a transaction")


def _closed(session: Session) -> dict[str, Any]:
    session.close()
    session.connection().invalidate()
    return {"broken": math.inf}


def _round() -> dict[str, Any]:
    circle: dict[str, Any] = {}
    circle["again"] = circle
    return circle


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


ERRORS: list[BaseException] = [
    ValueError("not a number"),
    KeyError("customer"),
    OSError("no network"),
    TimeoutError("the partner does not answer"),
    ConnectionResetError("by peer"),
    ZeroDivisionError("division by zero"),
    RuntimeError(""),
    AssertionError(),
    MemoryError("out of memory"),
    StopIteration("over"),
    StopAsyncIteration(),
    NotImplementedError("later"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ExceptionGroup("several", [ValueError("one"), OSError("two")]),
    Rude(),
    ValueError("NUL \x00 inside"),
    ValueError("half a pair \ud800 of surrogates"),
    ValueError("long " + "x" * 100_000),
    Conflict("somebody was faster"),
    NotFound("no such customer"),
    Invalid("what it was given is wrong"),
    SystemExit(1),
    SystemExit("good bye"),
    KeyboardInterrupt(),
    GeneratorExit(),
    asyncio.CancelledError(),
    BaseException("of no kind"),
    BaseExceptionGroup("ends", [SystemExit(3)]),
    BpmnError("nobody_catches_this", "sold out"),
    BpmnError("", "no code"),
    BpmnError("NUL\x00code", "odd"),
    BpmnError("odd_message", "NUL \x00 inside"),
    BpmnError("half_a_pair", "\ud800"),
    BpmnError("odd_variables", "", {"x": {1, 2}}),
    BpmnError("big_variables", "", {"x": "x" * 2_000_000}),
    BpmnError("x" * 10_000, "long"),
]
ANSWERS: list[Any] = [
    [1, 2],
    "done",
    17,
    True,
    object(),
    len,
    {"x": {1, 2}},
    {"x": b"bytes"},
    {"x": datetime(2026, 1, 1, tzinfo=UTC)},
    {"x": Decimal("1.1")},
    {"x": object()},
    {"x": math.nan},
    {"x": -math.inf},
    {"x": 1j},
    {"x": (n for n in "generator")},
    {"x": "NUL \x00 inside"},
    {"x": "half a pair \ud800"},
    {"x": "x" * 2_000_000},
    {"x": list(range(400_000))},
    {"x": _deep(40)},
    {"x": _deep(sys.getrecursionlimit() * 2)},
    {"x": {"NUL\x00": 1}},
    {"x": {1: 2}},
    {"a": {"\x00": "x"}},
    {"": 1},
    {1: 2},
    {f"n{number}": number for number in range(1_001)},
    {"NUL\x00": 1},
    {"\ud800": 1},
    _round(),
]
FAULTS: list[Fault] = [
    *(_raise(error) for error in ERRORS),
    *((lambda _session, answer=answer: answer) for answer in ANSWERS),
    _endless,
    _garbled,
    _half,
    _closed,
]
