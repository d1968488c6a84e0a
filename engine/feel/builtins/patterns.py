"""Regular expressions of XPath (F&O 5.6), translated and run with a time limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from time import thread_time
from typing import Any

import regex

from engine.feel import caps
from engine.feel.arithmetic import OperandError
from engine.feel.run import BudgetExceeded, Run
from engine.limits import DEFAULT

_FLAGS = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE | regex.FULLCASE}
_BLOCK = regex.compile(r"\\([pP])\{Is([A-Za-z0-9-]+)\}")
_CLASSES = {"i": r"\p{L}_:", "c": r"\p{L}\p{N}\p{M}_:.\-\u00b7"}


def matches(run: Run, text: str, search: str, flags: Any = None) -> bool:
    """Return whether a pattern occurs in a text."""
    with patient(run):
        compiled = pattern(search, flags)
        return compiled.search(text, timeout=run.budget.patience) is not None


def replace(run: Run, text: str, search: str, by: str, flags: Any = None) -> str:
    """Replace every match; `$1` names a group."""
    literal, grown = "q" in (flags or ""), len(text)

    def put(match: Any) -> str:
        nonlocal grown
        found = by if literal else expand(by, match)
        grown += len(found) - len(match[0])
        caps.length(grown)
        return found

    if not literal and _BAD_REPLACEMENT.search(by):
        raise OperandError("in a replacement a digit follows $, and \\ or $ follows \\")
    with patient(run):
        compiled = _never_empty(pattern(search, flags), run)
        return caps.text(compiled.sub(put, text, timeout=run.budget.patience))


def split(run: Run, text: str, delimiter: str) -> list[str]:
    """Cut at every match of a pattern."""
    found, start = [], 0
    with patient(run):
        compiled = _never_empty(pattern(delimiter), run)
        for match in compiled.finditer(text, timeout=run.budget.patience):
            found.append(text[start : match.start()])
            start = match.end()
    return [*found, text[start:]]


def _never_empty(compiled: Any, run: Run) -> Any:
    if compiled.search("", timeout=run.budget.patience) is not None:
        raise OperandError("the pattern fits the empty text")
    return compiled


def find_all(run: Run, text: str, search: str) -> list[str]:
    """Every match of a pattern."""
    with patient(run):
        compiled = pattern(search)
        return [match[0] for match in compiled.finditer(text, timeout=run.budget.patience)]


@contextmanager
def patient(run: Run) -> Iterator[None]:
    """Take what a search lasts off the patience of the evaluation. Raises BudgetExceeded."""
    if run.budget.patience <= 0:
        raise BudgetExceeded("the patterns take too long")
    started = thread_time()
    try:
        yield
    except TimeoutError as error:
        run.budget.patience = 0.0
        raise BudgetExceeded("the patterns take too long") from error
    run.budget.patience -= thread_time() - started
    if run.budget.patience <= 0:
        raise BudgetExceeded("the patterns take too long")


@lru_cache(maxsize=128)
def pattern(text: str, flags: Any = None) -> Any:
    """Compile an XPath pattern with flags among s, m, i, x and q. Raises Wrong when not valid."""
    flags = flags or ""
    if set(flags) - set("smixq"):
        raise OperandError(f"there is no such flag among {flags!r}")
    if len(text) > DEFAULT.name_characters:
        raise OperandError("the pattern is too long")
    bits = regex.V1
    for flag in flags:
        bits |= _FLAGS.get(flag, 0)
    if "q" in flags:
        translated = regex.escape(text)
    else:
        translated = translate(_squeezed(text) if "x" in flags else text, dot_all="s" in flags)
    try:
        return regex.compile(translated, bits, cache_pattern=False)
    except (regex.error, OverflowError, RecursionError, ValueError) as error:
        raise OperandError(f"the pattern is not valid: {error}") from error


def _squeezed(text: str) -> str:
    """Without white space, but for that in character classes."""
    found, depth = "", 0
    for char in text:
        if not found.endswith("\\"):
            depth += (char == "[") - (char == "]")
        if depth or not char.isspace():
            found += char
    return found


def translate(text: str, *, dot_all: bool) -> str:
    """Return the pattern in the words of the `regex` package."""
    text = _BLOCK.sub(lambda m: f"\\{m[1]}{{In{m[2].replace('-', '_')}}}", text)
    found, depth, position = "", 0, 0
    while position < len(text):
        char, following = text[position], text[position + 1 : position + 2]
        if char == "\\":
            found += _escape(following, inside=depth > 0)
            position += 2
            continue
        if char == "(" and following == "?" and text[position + 2 : position + 3] != ":":
            raise OperandError("the pattern uses a group that XPath does not have")
        if char == "[":
            depth += 1
        elif char == "]":
            depth -= 1
        elif depth and char == "-" and following == "[":
            found += "--"
            position += 1
            continue
        elif depth and char in "&|~":
            found += "\\"
        found += r"[^\n\r]" if char == "." and not depth and not dot_all else char
        position += 1
    return found


def _escape(char: str, *, inside: bool) -> str:
    if char in _CLASSES:
        return _CLASSES[char] if inside else f"[{_CLASSES[char]}]"
    if char in {"I", "C"}:
        return f"[^{_CLASSES[char.lower()]}]"
    if char.isdigit() and (inside or char == "0"):
        raise OperandError("a group is named where none can be")
    if char not in set("nrt\\|.?*+(){}-[]^$sSdDwWpP") and not char.isdigit():
        raise OperandError(f"\\{char} means nothing")
    return "\\" + char


_BAD_REPLACEMENT = regex.compile(r"^(?:[^$\\]|\$\d|\\[\\$])*+(?:\$(?!\d)|\\(?![\\$]))")
_REFERENCE = regex.compile(r"\\(.)|\$(\d)")


def expand(replacement: str, match: Any) -> str:
    """Return a replacement with `$1` … filled in."""

    def group(found: Any) -> str:
        if found[1]:
            return str(found[1])
        number = int(found[2])
        return str(match[number] or "") if number <= match.re.groups else ""

    return str(_REFERENCE.sub(group, replacement))
