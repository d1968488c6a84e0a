"""Texts with values that programs and tables say: sentences in Python, and answers put together."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

from web.app.data_files import data_folder

PYTHON = Path(__file__).parents[2]
SHARED = "shared"
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[()\[\]{}]|\+|[^"()\[\]{}+]+')
_SAID = {
    "segments": ("title", "description"),
    "offers": ("title",),
    "questions": ("question", "benefit_statement"),
}


def composed(expression: str) -> str | None:
    """Return the template of an answer put together of texts and values; None if it is none.

    "The budget of " + string(budget) + "." becomes "The budget of {1}."
    """
    parts = _parts(expression)
    texts = [_STRING.fullmatch(part) for part in parts]
    if len(parts) < 2 or not any(text and re.search(r"\w \w", text[1]) for text in texts):
        return None
    places = iter(range(1, 10))
    return "".join(text[1] if text else f"{{{next(places)}}}" for text in texts)


def sentences(folder: str, folders: list[str]) -> Iterator[str]:
    """Yield the templates that Python says for a folder of processes; the rest is shared."""
    for package, module, message in _said():
        own = module if package == "tasks" and module in folders else SHARED
        if own == folder:
            yield message
    if folder == SHARED:
        yield from _seeds()


@cache
def _said() -> list[tuple[str, str, str]]:
    """Return package, the module or package in it, and text of each `sentence(…)` in Python."""
    keywords = {"sentence": None}
    return [
        (package, Path(file).parts[0], str(message))
        for package in ("engine", "tasks")
        for file, _, message, _, _ in extract_from_dir(
            PYTHON / package, [("**.py", "python")], {}, keywords=keywords
        )
    ]


def _seeds() -> Iterator[str]:
    """Yield what segments, offers and policy values are called, and what customers are asked."""
    policy = tomllib.loads((data_folder("seeds") / "policy.toml").read_text("utf-8"))
    for values in policy.values():
        for value in values.values():
            yield from (value[field] for field in ("title", "description") if value.get(field))
    for name, fields in _SAID.items():
        rows = tomllib.loads((data_folder("seeds") / f"{name}.toml").read_text("utf-8"))[name]
        yield from (str(row[field]) for row in rows for field in fields if row.get(field))


def _parts(expression: str) -> list[str]:
    """Return the operands of the outermost +."""
    parts, depth = [""], 0
    for piece in _TOKEN.findall(expression):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(piece, 0)
        if piece == "+" and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]
