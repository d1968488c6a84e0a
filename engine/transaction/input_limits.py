"""What may come in as variables: JSON objects of bounded size."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import Invalid
from engine.limits import LOOKED_UP_BYTES, NAME_CHARACTERS, Limits
from engine.model import Problem, Step
from engine.store.types import dumps
from engine.transaction.state_parts import StoredState

MESSAGE = 2_000  # characters of what went wrong
CODE = NAME_CHARACTERS


def check(variables: Mapping[str, Any] | None, limits: Limits) -> dict[str, Any]:
    """Return the variables as they may be merged, or refuse them."""
    if not variables:
        return {}
    if len(variables) > limits.variables_keys:
        raise _refused("", f"more than {limits.variables_keys} variables")
    for name, value in variables.items():
        for problem in (*_name(name), *_value(value, limits.variables_depth)):
            raise _refused(str(name), problem)
    try:
        text = dumps(variables).encode()
    except (TypeError, ValueError) as error:
        raise _refused("", f"not JSON: {error}") from error
    if len(text) > limits.variables_bytes:
        raise _refused("", f"more than {limits.variables_bytes} bytes of variables")
    return dict(variables)


def plain(text: str) -> str:
    """Return a message as it can be stored and shown, whatever a program put into it."""
    kept = text[:MESSAGE].replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return kept.encode("utf-8", "replace").decode("utf-8")


def error_code(code: str) -> str:
    """Return a code that a diagram could name, or refuse it."""
    if len(code) > CODE or "\x00" in code or plain(code) != code:
        raise Invalid(f"an error code is a text of at most {CODE} characters")
    return code


def name(text: str, what: str) -> str:
    """Return a name that things are looked up by, or refuse it."""
    if len(text) > NAME_CHARACTERS or "\x00" in text or plain(text) != text:
        raise Invalid(f"{what} is a text of at most {NAME_CHARACTERS} characters")
    return text


def looked_up(*texts: str) -> None:
    """Refuse what a message is looked up by, if no index could hold it."""
    if sum(len(text.encode("utf-8", "replace")) for text in texts) > LOOKED_UP_BYTES:
        raise Invalid(
            f"name, correlation key and id of a message take more than {LOOKED_UP_BYTES} bytes"
        )
    if any("\x00" in text or text != text.encode("utf-8", "replace").decode() for text in texts):
        raise Invalid("name, correlation key and id of a message are texts without NUL")


def bound(key: int, stored: StoredState, text: str, limits: Limits) -> None:
    """Refuse a step after which an instance would hold more than it may; `text` is its base."""
    names = len(stored.load_around()["scopes"].get(str(key), ()))
    if names > limits.variables_keys:
        raise _refused(
            "", f"instance {key} would have {names} variables, not {limits.variables_keys}"
        )
    most = 4 * (len(text) + stored.folded_size())  # four bytes at most for each character
    if most <= limits.variables_bytes:
        return
    size = len(dumps(list(stored.load_all()["scopes"].values())).encode())
    if size > limits.variables_bytes:
        told = f"the variables of instance {key} would take {size} bytes"
        raise _refused("", f"{told}, not {limits.variables_bytes}")


def fits(step: Step, folded_size: int, limits: Limits) -> None:
    """Refuse a step before it is taken, if what it leaves would be refused when it is written."""
    size = len(dumps(list(step.state["scopes"].values())).encode()) + folded_size
    if size > limits.variables_bytes:
        raise _refused("", f"its variables would take {size} bytes, not {limits.variables_bytes}")


def _name(name: object) -> Iterator[str]:
    if not isinstance(name, str) or not name:
        yield "a name must be a text that is not empty"
    elif "\x00" in name:
        yield "a name must not contain NUL"
    elif len(name) > NAME_CHARACTERS:
        yield f"a name has at most {NAME_CHARACTERS} characters"


def _value(value: Any, depth: int) -> Iterator[str]:
    """Look at texts, keys and nesting; the rest is judged when the value is written as JSON."""
    if isinstance(value, str) and "\x00" in value:
        yield "a text must not contain NUL"  # PostgreSQL cannot store it
    elif isinstance(value, dict | list) and depth <= 1:
        yield "nested too deep"
    elif isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(name, str):
                yield f"the key {name!r} is no text"
            else:
                yield from _value(name, depth - 1)
            yield from _value(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            yield from _value(item, depth - 1)


def _refused(name: str, message: str) -> Invalid:
    problem = Problem(message=message, element=name, rule="variables")
    return Invalid(f"variable '{name}': {message}" if name else message, [problem])
