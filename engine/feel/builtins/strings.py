"""Strings (DMN 10.3.4.3)."""

from typing import Any

from engine.feel import caps
from engine.feel.arithmetic import OperandError
from engine.feel.builtins.patterns import matches, replace, split
from engine.feel.run import Run
from engine.feel.signature import signature


def substring(text: str, start: Any, length: Any = None) -> Any:
    """Cut from a 1-based position, from the end when negative."""
    at = int(start)
    if at == 0 or abs(at) > len(text):
        raise OperandError("the start position lies outside the string")
    begin = at - 1 if at > 0 else len(text) + at
    if length is None:
        return text[begin:]
    if int(length) < 1:
        raise OperandError("the length is not positive")
    return text[begin : begin + int(length)]


def string_join(run: Run, items: list[Any], delimiter: Any = None, *around: Any) -> str:
    """Join strings, perhaps between a prefix and a suffix; nulls are left out."""
    parts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in parts):
        raise OperandError("only strings can be joined")
    prefix, suffix = (*around, "", "")[:2]
    caps.length(sum(map(len, parts)) + max(len(parts) - 1, 0) * len(delimiter or ""))
    caps.charge(parts, run)
    return caps.text((prefix or "") + (delimiter or "").join(parts) + (suffix or ""))


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
    "matches": [signature("input: string, pattern: string, flags?: string", matches, run=True)],
    "replace": [
        signature(
            "input: string, pattern: string, replacement: string, flags?: string", replace, run=True
        )
    ],
    "split": [signature("string: string, delimiter: string", split, run=True)],
    "string join": [
        signature("list: list, delimiter?: string", string_join, run=True),
        signature(
            "list: list, delimiter: string, prefix: string, suffix: string",
            string_join,
            run=True,
            camunda=True,
        ),
    ],
}
