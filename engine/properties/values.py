"""Why a value is not of the type of its property."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine import feel
from engine.properties.admission import Admission
from engine.properties.property import Property, Type
from engine.schedule import deadlines, timers
from engine.schedule.business import BusinessTime

_ANY_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)  # only to see whether a text reads


def problem(known: Property, text: str) -> str:
    """Return why a text is no value of a property; empty when it is one."""
    if text.startswith("="):
        return _feel(text[1:])
    try:
        _READERS[known.type](known, text.strip())
    except (ValueError, KeyError, OSError, OverflowError) as error:
        return str(error) or f"'{text}' is no {known.type}"
    return ""


def _feel(source: str) -> str:
    try:
        feel.compile(source)
    except feel.SyntaxError_ as error:
        return str(error)
    return ""


def _anything(known: Property, text: str) -> None:
    if not text:
        raise ValueError("it is empty")


def _number(known: Property, text: str) -> None:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"'{text}' is no whole number")


def _flag(known: Property, text: str) -> None:
    if text not in {"true", "false"}:
        raise ValueError(f"'{text}' is neither true nor false")


def _expression(known: Property, text: str) -> None:
    raise ValueError(f"'{text}' is a text; an expression begins with '='")


def _zone(known: Property, text: str) -> None:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone '{text}'") from error


def _time(known: Property, text: str) -> None:
    if BusinessTime.parse(text) is None:
        form = "duration" if text.startswith("P") else "date"
        try:
            timers.schedule(form, text, _ANY_MOMENT)
        except ValueError as error:
            message = f"'{text}' is no time; write '4 bh', '2 bd', 'P2D' or FEEL"
            raise ValueError(message) from error


def _words(known: Property, text: str) -> None:
    for word in text.split(","):
        if word.strip() not in known.words:
            raise ValueError(f"'{word.strip()}' is none of {', '.join(known.words)}")


_READERS: dict[Type, Callable[[Property, str], object]] = {
    Type.TEXT: _anything,
    Type.NAMES: _anything,
    Type.NUMBER: _number,
    Type.FLAG: _flag,
    Type.FEEL: _expression,
    Type.ZONE: _zone,
    Type.TIME: _time,
    Type.REMINDERS: lambda _, text: deadlines.reminders(text),
    Type.ESCALATION: lambda _, text: deadlines.escalations(text),
    Type.ADMISSION: lambda _, text: Admission.parse(text),
    Type.WORDS: _words,
}
