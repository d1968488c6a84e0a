"""Refusals as `application/problem+json`; the one place that decides the HTTP status of the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn

from flask import Response, current_app, request
from marshmallow import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from engine import errors
from engine.model import Problem as Flaw

_STATUS: list[tuple[type[errors.EngineError], int]] = [
    (errors.NotFound, 404),
    (errors.Over, 404),
    (errors.Conflict, 409),
    (errors.Invalid, 400),
    (errors.Forbidden, 403),
    (errors.Unavailable, 503),
    (errors.TooLate, 504),
]


class Problem(Exception):
    """An answer that is a refusal."""

    def __init__(
        self, status: int, title: str, detail: str, more: Mapping[str, Any] | None = None
    ) -> None:
        """Take the HTTP status, the rejection code or reason, what went wrong, more members."""
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers: dict[str, str] = {}
        self.more = more or {}


@dataclass(frozen=True, slots=True)
class Command:
    """How a refused command is told: `COMPLETE`, "complete", "job"."""

    name: str
    verb: str = ""
    thing: str = ""

    def refused(self, error: errors.EngineError, key: object = None) -> Problem:
        """Say that the command was rejected, why, and for a missing thing which one."""
        reason = told(error)
        if isinstance(error, errors.NotFound) and key is not None and self.thing:
            reason = (
                f"Expected to {self.verb} {self.thing} with key '{key}', "
                f"but no such {self.thing} was found"
            )
        detail = f"Command '{self.name}' rejected with code '{error.code}': {reason}"
        return Problem(status_of(error), error.code, detail)


def of(error: errors.EngineError) -> Problem:
    """Say that a question was refused."""
    return Problem(status_of(error), error.code, told(error))


def status_of(error: errors.EngineError) -> int:
    """Return the HTTP status of a refusal."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 409)


def told(error: errors.EngineError) -> str:
    """Put the message and the problems behind it in one text."""
    return "\n".join([error.message, *map(_flaw, error.problems)]) if error.problems else str(error)


def _flaw(flaw: Flaw) -> str:
    place = " > ".join(part for part in (flaw.resource, flaw.element) if part)
    hint = f" ({flaw.hint})" if flaw.hint else ""
    return f"{place}: {flaw.message}{hint}" if place else f"{flaw.message}{hint}"


def invalid(detail: str) -> NoReturn:
    """Refuse the input."""
    raise Problem(400, "INVALID_ARGUMENT", detail)


def missing(thing: str, key: object) -> NoReturn:
    """Say that there is no such thing."""
    raise Problem(404, "NOT_FOUND", f"{thing} with key '{key}' not found")


def answer(problem: Problem) -> Response:
    """Write a refusal."""
    body = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
        **problem.more,
    }
    response: Response = current_app.response_class(
        current_app.json.dumps(body), problem.status, mimetype="application/problem+json"
    )
    response.headers.update(problem.headers)
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "1"
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="peyvand"'
    return response


def from_exception(error: Exception) -> Problem:
    """Turn any exception a route may raise into a refusal; the unforeseen is a 500."""
    match error:
        case Problem():
            return error
        case errors.EngineError():
            return of(error)
        case ValidationError():
            return Problem(400, "INVALID_ARGUMENT", flatten(error.messages))
        case HTTPException():
            return _http(error)
        case DBAPIError() | PoolTimeout():
            current_app.logger.exception("database refused")
            return Problem(503, "RESOURCE_EXHAUSTED", "The database is not available; try again")
        case _:
            current_app.logger.exception("unforeseen failure")
            return Problem(500, "INTERNAL_SERVER_ERROR", "Unexpected error; see the server's log")


def _http(error: HTTPException) -> Problem:
    problem = Problem(error.code or 500, error.name, error.description or error.name)
    if isinstance(error, MethodNotAllowed):
        problem.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return problem


def flatten(messages: Any, path: str = "") -> str:
    """Put marshmallow's nested messages in one line each."""
    if isinstance(messages, dict):
        parts = [
            flatten(inner, path if name == "_schema" else f"{path}.{name}" if path else str(name))
            for name, inner in messages.items()
        ]
        return "; ".join(parts)
    text = " ".join(str(message) for message in messages)
    return f"'{path}': {text}" if path else text
