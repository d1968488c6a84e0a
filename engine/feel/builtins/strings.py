"""Strings (DMN 10.3.4.3)."""

from typing import Any

from engine.feel.arithmetic import Wrong
from engine.feel.builtins.patterns import SECONDS, expand, pattern
from engine.feel.builtins.signature import signature
from engine.limits import DEFAULT


def substring(text: str, start: Any, length: Any = None) -> Any:
    """Cut from a 1-based position, from the end when negative."""
    at = int(start)
    if at == 0 or abs(at) > len(text):
        raise Wrong("the start position lies outside the string")
    begin = at - 1 if at > 0 else len(text) + at
    if length is None:
        return text[begin:]
    if int(length) < 1:
        raise Wrong("the length is not positive")
    return text[begin : begin + int(length)]


def matches(text: str, search: str, flags: Any = None) -> bool:
    """Say whether a pattern occurs in a text."""
    try:
        return pattern(search, flags).search(text, timeout=SECONDS) is not None
    except TimeoutError as error:
        raise Wrong("the pattern takes too long") from error


def replace(text: str, search: str, by: str, flags: Any = None) -> str:
    """Replace every match; `$1` names a group."""
    compiled = pattern(search, flags)
    literal = "q" in (flags or "")
    try:
        found = compiled.sub(
            lambda match: by if literal else expand(by, match), text, timeout=SECONDS
        )
    except TimeoutError as error:
        raise Wrong("the pattern takes too long") from error
    return capped(found)


def split(text: str, delimiter: str) -> list[str]:
    """Cut at every match of a pattern."""
    try:
        parts = pattern(delimiter).splititer(text, timeout=SECONDS)
        return [part for part in parts if part is not None]
    except TimeoutError as error:
        raise Wrong("the pattern takes too long") from error


def capped(text: str) -> str:
    """Answer a text within the limit."""
    if len(text) > DEFAULT.variables_bytes:
        raise Wrong("the string is too long")
    return text


def string_join(items: list[Any], delimiter: Any = None) -> str:
    """Join strings; nulls are left out."""
    if any(item is not None and not isinstance(item, str) for item in items):
        raise Wrong("only strings can be joined")
    return capped((delimiter or "").join(item for item in items if item is not None))


def before(text: str, match: str) -> str:
    """What stands before the first occurrence."""
    head, found, _ = text.partition(match) if match else ("", "x", "")
    return head if found else ""


def after(text: str, match: str) -> str:
    """What stands after the first occurrence."""
    return text.partition(match)[2] if match else text


FUNCTIONS = {
    "substring": [signature("string: string, start position: number, length?: number", substring)],
    "string length": [signature("string: string", len)],
    "upper case": [signature("string: string", str.upper)],
    "lower case": [signature("string: string", str.lower)],
    "substring before": [signature("string: string, match: string", before)],
    "substring after": [signature("string: string, match: string", after)],
    "contains": [signature("string: string, match: string", lambda s, m: m in s)],
    "starts with": [signature("string: string, match: string", str.startswith)],
    "ends with": [signature("string: string, match: string", str.endswith)],
    "matches": [signature("input: string, pattern: string, flags?: string", matches)],
    "replace": [
        signature("input: string, pattern: string, replacement: string, flags?: string", replace)
    ],
    "split": [signature("string: string, delimiter: string", split)],
    "string join": [signature("list: list, delimiter?: string", string_join)],
}
