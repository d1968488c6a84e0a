"""Texts of diagrams, forms and tables, and the values in them, in the reader's language.

What ships with the product is translated in the catalogue of its folder; a text that is not in it
stays as its author wrote it. A sentence with values is known by its words.
"""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import regex
from flask_babel import gettext as _

from engine.forms import Localizer
from engine.text.normal import search_form
from engine.text.sentences import Sentences, sentence
from web.i18n import catalogues, localizer
from web.i18n.labels import known, label

SEVERAL = ", "
WITHIN = ": "
BETWEEN = regex.compile(r"(?<=[.!?]) (?=[\p{Lu}0-9“])")  # where one sentence ends
LEFT_TO_RIGHT = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}]")
RIGHT_TO_LEFT = regex.compile(r"[\p{Arabic}\p{Hebrew}]")


def process_text(text: Any) -> str:
    """Return a text of a process in the reader's language."""
    source = str(text or "")
    code = localizer.language()
    if not source or code == "en":
        return source
    found = _translated(source, code)
    if found is None and BETWEEN.search(source):
        return " ".join(_translated(part, code) or part for part in BETWEEN.split(source))
    if found is None and WITHIN in source:  # a standard bears the names of its process and element
        return WITHIN.join(_translated(part, code) or part for part in source.split(WITHIN))
    return found or source


def _translated(source: str, code: str) -> str | None:
    """Return a text or a sentence with values in a language; None if nobody has translated it."""
    texts = catalogues.processes(code)
    found = str(texts.gettext(source))
    if found != source:
        return found
    said = _sentences(code).find(source)
    if said is None:
        return None
    return sentence(str(texts.gettext(said.template)), *map(_part, said.values))


def process_value(value: Any) -> str:
    """Return a value of a process as people read it."""
    return "–" if value is None else ReaderLocalizer().value(value)


def process_sentence(cell: Any) -> str:
    """Return the text that a cell of a table says as a whole, in the reader's language, else ""."""
    source = str(cell or "").strip()
    is_text = len(source) > 2 and source[0] == source[-1] == '"' and '"' not in source[1:-1]
    return process_text(source[1:-1]) if is_text and " " in source else ""


def sources(part: str) -> list[str]:
    """Return the texts of processes whose words in the reader's language contain `part`."""
    wanted = search_form(part)
    found = catalogues.processes(localizer.language())
    texts = getattr(found, "_catalog", {}) if wanted else {}
    return [name for name, text in texts.items() if name and wanted in search_form(text)][:200]


class ReaderLocalizer(Localizer):
    """Speaks a form to the reader: texts translated, numbers and dates as the language has them."""

    def __init__(self) -> None:
        self.locale = localizer.language()

    def text(self, source: str) -> str:
        """Return a text of the form in the reader's language."""
        return process_text(source)

    def value(self, value: Any) -> str:
        """Return a computed value as people read it."""
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if isinstance(value, int | float):
            return localizer.number(value)
        if not isinstance(value, str):
            return super().value(value)
        moment = localizer.moment(value)
        if moment is not None:
            return localizer.when(moment) if isinstance(moment, datetime) else localizer.day(moment)
        return label(value) if value in known() else isolated(process_text(value))


def isolated(text: str) -> str:
    """Return a text that does not turn the line around it when it runs the other way."""
    other = LEFT_TO_RIGHT if localizer.direction() == "rtl" else RIGHT_TO_LEFT
    return f"\u2068{text}\u2069" if other.search(text) else text


def _part(value: str) -> str:
    """Return a value in a sentence as people read it: a number, a day, words of ours, a list."""
    if SEVERAL in value:
        return localizer.comma().join(map(_part, value.split(SEVERAL)))
    try:
        return localizer.number(Decimal(value))
    except InvalidOperation:
        return ReaderLocalizer().value(value)


@cache
def _sentences(code: str) -> Sentences:
    texts = getattr(catalogues.processes(code), "_catalog", {})
    return Sentences(name for name in texts if isinstance(name, str))
