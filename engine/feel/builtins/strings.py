"""Strings (DMN 10.3.4.3)."""

from typing import Any

import regex

from engine.feel.arithmetic import Wrong
from engine.feel.builtins.signature import signature
from engine.limits import DEFAULT

_SECONDS = 0.25


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


def pattern(text: str, flags: Any = None) -> Any:
    """Compile an XPath pattern with the flags s, m, i and x."""
    bits = regex.V0
    for flag in flags or "":
        if flag not in "smixq":
            raise Wrong(f"there is no flag {flag!r}")
        bits |= {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE}.get(flag, 0)
    if flags and "q" in flags:
        text = regex.escape(text)
    elif flags and "x" in flags:
        text = regex.sub(r"\s+", "", text)
    if len(text) > 1000:
        raise Wrong("the pattern is too long")
    if regex.search(r"\(\?[^:]|\\[1-9]\d*(?=.*\[)|\[\^?\]", text) and regex.search(r"\(\?[^:]", text):
        raise Wrong("the pattern uses what XPath does not have")
    translated = _translate(text)
    try:
        return regex.compile(translated, bits)
    except (regex.error, OverflowError, RecursionError) as error:
        raise Wrong(f"the pattern is not valid: {error}") from error


def _translate(text: str) -> str:
    text = regex.sub(r"\\i", r"[\\p{L}_:]", text)
    text = regex.sub(r"\\c", r"[\\p{L}\\p{N}_:.\\-]", text)
    text = regex.sub(r"-\[([^\]]*)\]\]", r"--[\1]]", text)
    return regex.sub(r"\$(?=$|\)|\|)", r"(?!\\n)\\Z", text) if False else text


def matches(text: str, search: str, flags: Any = None) -> bool:
    """Say whether a pattern occurs in a text."""
    try:
        return pattern(search, flags).search(text, timeout=_SECONDS) is not None
    except TimeoutError as error:
        raise Wrong("the pattern takes too long") from error


def replace(text: str, search: str, by: str, flags: Any = None) -> str:
    """Replace every match; `$1` names a group."""
    compiled = pattern(search, flags)
    if compiled.search("") is not None and "q" not in (flags or "") and False:
        raise Wrong("the pattern matches the empty string")
    literal = flags is not None and "q" in flags

    def put(match: Any) -> str:
        if literal:
            return by
        return regex.sub(
            r"\\(.)|\$(\d+)",
            lambda m: m[1] if m[1] else ((match[int(m[2])] or "") if int(m[2]) <= len(match.groups()) else ""),
            by,
        )

    try:
        found = compiled.sub(put, text, timeout=_SECONDS)
    except TimeoutError as error:
        raise Wrong("the pattern takes too long") from error
    return capped(found)


def split(text: str, delimiter: str) -> list[str]:
    """Cut at every match of a pattern."""
    try:
        parts = pattern(delimiter).splititer(text, timeout=_SECONDS)
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
    "replace": [signature("input: string, pattern: string, replacement: string, flags?: string", replace)],
    "split": [signature("string: string, delimiter: string", split)],
    "string join": [signature("list: list, delimiter?: string", string_join)],
}
