"""Texts that name a person: found in what is stored, and taken out of it."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Text, false, or_, type_coerce

from engine.store.types import dumps

GONE = "…"  # what stands where somebody's name was


@dataclass(frozen=True)
class NameMatcher:
    """Texts that are taken out wherever they stand as words, in whatever case."""

    texts: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Return whether there is anything to look for."""
        return bool(self.texts)

    def redacted(self, value: Any) -> Any:
        """Return JSON without these texts."""
        if isinstance(value, str):
            return self._pattern.sub(GONE, value)
        if isinstance(value, list):
            return [self.redacted(each) for each in value]
        if isinstance(value, dict):
            return {self.redacted(name): self.redacted(each) for name, each in value.items()}
        return value

    def may_match(self, columns: Iterable[Any]) -> ColumnElement[bool]:
        """Return the SQL condition that a column, JSON or text, may hold such a text."""
        texts = [type_coerce(column, Text) for column in columns]
        ways = (text.icontains(form, autoescape=True) for text in texts for form in self._forms)
        return or_(false(), *ways)

    @cached_property
    def _forms(self) -> list[str]:
        """The ways they are written: as they are, in JSON, and in JSON that is only ASCII.

        Databases fold the case of ASCII only, so other letters are asked for in all their cases.
        """
        found = set()
        for word in self.texts:
            for cased in (word, word.lower(), word.upper(), word.title()):
                found |= {cased, dumps(cased)[1:-1], json.dumps(cased)[1:-1]}
        return sorted({form.lower() if form.isascii() else form for form in found})

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.texts, key=lambda word: (-len(word), word))
        words = "|".join(_bounded(word) for word in longest_first) or r"(?!)"
        return re.compile(words, re.IGNORECASE)


def _bounded(word: str) -> str:
    """Match a word, but no address inside a longer one, such as x.mira@example.com."""
    if "@" in word:
        return rf"(?<![\w.+-]){re.escape(word)}(?![\w@]|[.-]\w)"
    return rf"(?<!\w){re.escape(word)}(?!\w)"
