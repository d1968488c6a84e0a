"""Logs without anybody's data: which code failed and how, never with which values.

An exception's message may quote what somebody typed, so only its type and place are written.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import g, has_request_context

from engine.errors import Conflict, NotFound, Unavailable
from web.app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
CHAIN = 5  # causes of causes
PLAIN = (Conflict, NotFound, Unavailable)  # their messages name keys and states only


def configure(settings: Settings, *, quiet: bool = False) -> None:
    """Send all logs to stderr, as text or as one JSON object per line; quiet: only warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if quiet else settings.log_level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # It brings a handler that writes everything, unless it finds one.
    jobs = logging.getLogger("dbos")
    jobs.handlers[:], jobs.propagate = [handler], False


class Lines(logging.Formatter):
    """One line of text, and one for each place an exception went through."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; the id of the request it belongs to is last."""
        record = _discreet(record)
        record.exc_text = None  # another formatter may have left its own
        text = super().format(record)
        request_id = current_request_id()
        return f"{text} id={request_id}" if request_id and not record.exc_info else text

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Write types and places."""
        return "\n".join(f"  {fault['type']} at {' < '.join(fault['at'])}" for fault in faults(ei))


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        record = _discreet(record)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := current_request_id():
            line["request_id"] = request_id
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["exception"] = list(faults(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _discreet(record: logging.LogRecord) -> logging.LogRecord:
    """Return the record with the types of exceptions in place of what they say."""
    if not isinstance(record.args, tuple):
        return record
    changed = copy(record)
    changed.args = tuple(
        type(each).__name__
        if isinstance(each, BaseException) and not isinstance(each, PLAIN)
        else each
        for each in record.args
    )
    return changed


def current_request_id() -> str:
    """Return the id of the request that is being answered, or ""."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def faults(info: Any) -> Iterator[dict[str, Any]]:
    """Return type and places of an exception and of what caused it; the innermost place first."""
    error: BaseException | None = info[1] if isinstance(info, tuple) else None
    for _ in range(CHAIN):
        if error is None:
            return
        yield {"type": type(error).__name__, "at": _places(error.__traceback__)}
        error = error.__cause__ or error.__context__


def _places(trace: TracebackType | None) -> list[str]:
    found = []
    for frame in traceback.extract_tb(trace)[-8:]:
        path = Path(frame.filename)
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
        found.append(f"{name}:{frame.lineno}")
    return found[::-1]
