"""A template as its reader would get it, with the demo values of an example customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks.contact_gate.greeting import greeting
from tasks.templates.editing import Text
from tasks.templates.rendering import render

_NAMES = {"en": "Mira Meadow", "fa": "میرا مرادی", "lt": "Mira Mickutė"}


@dataclass(frozen=True, slots=True)
class Preview:
    """Subject and body, and the fields that stand as they are since a process fills them."""

    subject: str
    body: str
    open: tuple[str, ...]


def preview(text: Text, language: str, company: Mapping[str, Any]) -> Preview:
    """Return the text with an example customer; a field of the process shows its name."""
    name = _NAMES[language]
    known = {
        "customer.name": name,
        "customer.greeting": greeting(name, language),
        "company.name": str(company.get("name") or ""),
        "company.email": str(company.get("email") or ""),
    }
    first = (render(text.subject, known), render(text.body, known))
    missing = tuple(dict.fromkeys(first[0].missing + first[1].missing))
    fields = known | {each: f"[{each}]" for each in missing}
    return Preview(render(text.subject, fields).text, render(text.body, fields).text, missing)
