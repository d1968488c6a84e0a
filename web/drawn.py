"""Texts of diagrams, forms and tables, and the values in them, in the reader's language.

What ships with the product is translated in the catalogue "processes"; a text that is not in it
stays as its author wrote it.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine.forms import Localizer
from web import l10n
from web.words import WORDS, word


def drawn(text: Any) -> str:
    """Answer a text of a process in the reader's language."""
    source = str(text or "")
    return str(l10n.catalogue(l10n.language(), "processes").gettext(source)) if source else ""


def sources(part: str) -> list[str]:
    """Answer the texts of processes whose words in the reader's language contain `part`."""
    wanted = part.casefold()
    found = l10n.catalogue(l10n.language(), "processes")
    known = getattr(found, "_catalog", {}) if wanted else {}
    return [name for name, text in known.items() if name and wanted in str(text).casefold()][:200]


class ReaderLocalizer(Localizer):
    """Speaks a form to the reader: texts translated, numbers and dates as the language has them."""

    def __init__(self) -> None:
        self.locale = l10n.language()

    def text(self, source: str) -> str:
        """Answer a text of the form in the reader's language."""
        return drawn(source)

    def value(self, value: Any) -> str:
        """Answer a computed value as people read it."""
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if isinstance(value, int | float):
            return l10n.number(value)
        if not isinstance(value, str):
            return super().value(value)
        moment = l10n.moment(value)
        if moment is not None:
            return l10n.when(moment) if isinstance(moment, datetime) else l10n.day(moment)
        return word(value) if value in WORDS else drawn(value)
