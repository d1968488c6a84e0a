"""How a resource declares its operations, and what happens around each of them.

Around every operation: who is calling, may they, what do they send, is it a repeat; then the
function; then the answer in its schema, or the refusal as a problem.
"""

import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, current_app, request
from marshmallow import Schema

from engine.errors import EngineError
from web.api import access, idempotency, payload, problems
from web.api.fields import KEY, to_key
from web.api.problems import Command
from web.app.services import settings

View = Callable[..., Any]
_PARAMETER = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Operation:
    """One method of one path: who may, what goes in, what comes out."""

    method: str
    path: str
    view: View
    may: str
    takes: type[Schema] | None = None
    shows: type[Schema] | None = None  # what goes in, where the view reads it itself
    asks: type[Schema] | None = None  # query parameters
    gives: type[Schema] | None = None
    status: int = 200
    command: Command | None = None
    media: str = "application/json"
    many: bool = False
    also: tuple[int, ...] = ()  # other 2xx statuses
    upload: bool = False
    kept: bool = True  # under an Idempotency-Key, if it changes something
    waits: bool = False  # for something that may come too late

    @property
    def name(self) -> str:
        """Return the name of the operation, unique in its API."""
        return self.view.__name__

    @property
    def parameters(self) -> list[str]:
        """Return the names of the path's parameters."""
        return _PARAMETER.findall(self.path)

    @property
    def changes(self) -> bool:
        """Return whether a repeat of it must have no further effect."""
        return self.method == "POST" and self.kept and not self.searches

    @property
    def searches(self) -> bool:
        """Return whether it only reads, although it is a POST."""
        return self.path.endswith("/search") or "/statistics/" in self.path


@dataclass
class Routes:
    """The operations of one resource."""

    tag: str
    operations: list[Operation] = field(default_factory=list)

    def get(self, path: str, may: str, **options: Any) -> Callable[[View], View]:
        """Declare a question."""
        return self._declare("GET", path, may, **options)

    def post(self, path: str, may: str, **options: Any) -> Callable[[View], View]:
        """Declare a search or a command."""
        return self._declare("POST", path, may, **options)

    def put(self, path: str, may: str, **options: Any) -> Callable[[View], View]:
        """Declare a replacement."""
        return self._declare("PUT", path, may, **options)

    def patch(self, path: str, may: str, **options: Any) -> Callable[[View], View]:
        """Declare a change."""
        return self._declare("PATCH", path, may, **options)

    def delete(self, path: str, may: str, **options: Any) -> Callable[[View], View]:
        """Declare a removal."""
        return self._declare("DELETE", path, may, **options)

    def _declare(self, method: str, path: str, may: str, **options: Any) -> Callable[[View], View]:
        def declare(view: View) -> View:
            self.operations.append(Operation(method, path, view, may, **options))
            return view

        return declare

    def attach(self, blueprint: Blueprint) -> None:
        """Put the operations on a blueprint."""
        for operation in self.operations:
            blueprint.add_url_rule(
                operation.path,
                operation.name,
                _around(operation),
                methods=[operation.method],
                strict_slashes=False,
            )


def _around(operation: Operation) -> Callable[..., Response]:
    takes = operation.takes() if operation.takes else None
    asks = operation.asks() if operation.asks else None
    gives = operation.gives(many=operation.many) if operation.gives else None

    @functools.wraps(operation.view)
    def handle(**parameters: Any) -> Response:
        if operation.may != access.ANYBODY:
            access.require(operation.may)
        given = _parameters(parameters)
        request.max_content_length = _most(operation)
        if takes is not None:
            given["body"] = takes.load(payload.read_object())
        if asks is not None:
            given["query"] = asks.load({name: request.args[name] for name in request.args})

        def run() -> Response:
            return _answer(operation, gives, _perform(operation, given))

        return idempotency.once(run) if operation.changes else run()

    handle.__signature__ = inspect.Signature()  # type: ignore[attr-defined]
    handle.policy = operation.may  # type: ignore[attr-defined]
    return handle


def _most(operation: Operation) -> int:
    limits = settings().limits
    return limits.upload_bytes if operation.upload else limits.request_bytes


def _parameters(parameters: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in parameters.items():
        if not name.endswith("_key"):
            given[name] = payload.check_text(value)
        elif KEY.fullmatch(value):
            given[name] = to_key(value)
        else:
            problems.invalid(f"'{value}' is not a key: digits are expected")
    return given


def _perform(operation: Operation, given: dict[str, Any]) -> Any:
    try:
        return operation.view(**given)
    except EngineError as error:
        if operation.command is None:
            raise
        keys = [value for name, value in given.items() if name.endswith("_key")]
        raise operation.command.refused(error, next(iter(keys), None)) from error


def _answer(operation: Operation, gives: Schema | None, result: Any) -> Response:
    if isinstance(result, Response):
        return result
    if result is None or gives is None:
        return Response(status=operation.status if operation.status != 200 else 204)
    text = current_app.json.dumps(gives.dump(result))
    return Response(text, operation.status, mimetype="application/json")
