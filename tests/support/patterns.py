"""The drawings of docs/patterns.md, so that the page and its tests cannot part."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "patterns.md"
_SECTION = re.compile(r"^## (\d+)\. (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_DRAWING = re.compile(r"```text\n(.*?)```", re.DOTALL)
_TEST = re.compile(r"Test: `([\w/.]+)::(\w+)`")


@dataclass(frozen=True)
class Pattern:
    """One pattern as the page tells it."""

    number: int
    name: str
    text: str

    @property
    def verdict(self) -> str:
        return self.text.strip().split("**")[1]

    @property
    def drawing(self) -> str:
        found = _DRAWING.search(self.text)
        return found[1] if found else ""

    @property
    def test(self) -> tuple[str, str] | None:
        found = _TEST.search(self.text)
        return (found[1], found[2]) if found else None


def patterns() -> dict[int, Pattern]:
    """Give all patterns of the page by number."""
    found = _SECTION.findall(PAGE.read_text(encoding="utf-8"))
    return {int(number): Pattern(int(number), name, text) for number, name, text in found}


def drawing(number: int) -> str:
    """Give the drawing of a pattern."""
    return patterns()[number].drawing
