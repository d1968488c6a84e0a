"""Merge fields in message templates: {{customer.name}} and nothing cleverer. Pure.

No loops, conditions, filters or attribute access: a field is looked up in a flat mapping of plain
text, and only there.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LINK = "link."  # fields that become addresses of links as the message leaves the house
LONGEST_VALUE = 1_000
LONGEST_TEXT = 100_000
_FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,40}(?:\.[a-z][a-z0-9_]{0,40}){0,2})\s*\}\}")
_STRAY = re.compile(r"\{\{.{0,40}|\{%.{0,40}|\{#.{0,40}|.{0,20}(?:\}\}|%\}|#\})")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished text, and the fields nobody could fill."""

    text: str
    missing: tuple[str, ...]


def render(template: str, fields: Mapping[str, str | None]) -> Rendered:
    """Fill in the merge fields; a field that is unknown or empty is reported as missing."""
    missing: list[str] = []

    def fill(match: re.Match[str]) -> str:
        if match[1].startswith(LINK):
            return f"{{{{{match[1]}}}}}"  # filled in as the message leaves, see `with_links`
        value = plain(fields.get(match[1]) or "")
        if not value:
            missing.append(match[1])
        return value

    text = _FIELD.sub(fill, template[:LONGEST_TEXT])
    return Rendered(text[:LONGEST_TEXT], tuple(dict.fromkeys(missing)))


def links_in(text: str) -> tuple[str, ...]:
    """Return the links that a text asks for, without `link.`: "answer", "preferences" …"""
    found = (match[1] for match in _FIELD.finditer(text) if match[1].startswith(LINK))
    return tuple(dict.fromkeys(name.removeprefix(LINK) for name in found))


def with_links(text: str, addresses: Mapping[str, str]) -> str:
    """Fill in the addresses of links; what is stored never holds them."""

    def fill(match: re.Match[str]) -> str:
        return addresses.get(match[1].removeprefix(LINK), match[0])

    return _FIELD.sub(fill, text)


def fields_of(template: str) -> list[str]:
    """Return the merge fields of a text, each once, in their order."""
    return list(dict.fromkeys(match[1] for match in _FIELD.finditer(template)))


def unknown_syntax(template: str) -> list[str]:
    """Return what looks like a field and is none: filters, conditions, a brace that is missing."""
    rest = _FIELD.sub("", template)
    return [match[0] for match in _STRAY.finditer(rest)]


def plain(value: str) -> str:
    """Make one line of printable text of a value, however it came to us."""
    spaced = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in value)
    return " ".join(spaced.split())[:LONGEST_VALUE]
