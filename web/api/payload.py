"""JSON from outside: what is ambiguous or dangerous is refused before anybody reads it."""

import json
import math
import re
from typing import Any, NoReturn

from flask import request

from web.api.problems import Problem, invalid

DEPTH = 40  # of the whole body; variables have their own, smaller limit
_SUSPECT = re.compile(r"\x00|[\ud800-\udfff]|\\u(?:0000|[dD][89a-fA-F])")
_UNSAFE = re.compile(r"[\x00\ud800-\udfff]")


def read_object() -> dict[str, Any]:
    """Read the request's body: a JSON object, or nothing at all (an empty object)."""
    if not request.get_data().strip():
        return {}
    body = read_any()
    if not isinstance(body, dict):
        _bad("the body must be an object")
    return body


def read_any() -> Any:
    """Read the request's body: any JSON value."""
    if not request.is_json:
        raise Problem(
            415, "Unsupported Media Type", f"Content-Type '{request.mimetype}' is not supported"
        )
    return parse(request.get_data())


def parse(raw: bytes) -> Any:
    """Parse strictly: UTF-8, no NaN, no duplicate keys, no NUL, no lone surrogates, depth."""
    try:
        text = raw.decode()
        value = json.loads(
            text, parse_constant=_constant, parse_float=_finite, object_pairs_hook=_unique
        )
    except RecursionError:
        _bad("nested too deeply")
    except ValueError as error:
        _bad(str(error))
    _check_depth(value)
    if _SUSPECT.search(text):
        _check_texts(value)
    return value


def _bad(reason: str) -> NoReturn:
    raise Problem(400, "Bad Request", f"Request body cannot be read as JSON: {reason}")


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is too large")
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("an object has the same key twice")
    return made


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH):
        level = [inner for outer in level for inner in _children(outer)]
        if not level:
            return
    _bad("nested too deeply")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        if _UNSAFE.search(value):
            _bad("a text contains NUL or half a character")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_texts(name)
            _check_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(inner)


def check_text(text: str) -> str:
    """Let a text of a path or query string through, unless it is unsafe to store or compare."""
    return invalid("a text contains NUL or half a character") if _UNSAFE.search(text) else text
