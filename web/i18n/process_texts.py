"""Texts of diagrams, forms and tables, and the values in them, in the reader's language.

What ships with the product is translated in the catalogue of its folder; a text that is not in it
stays as its author wrote it.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine.forms import Localizer
from web.i18n import catalogues, localizer
from web.i18n.labels import known, label


def process_text(text: Any) -> str:
    """Return a text of a process in the reader's language."""
    source = str(text or "")
    return str(catalogues.processes(localizer.language()).gettext(source)) if source else ""


def process_sentence(cell: Any) -> str:
    """Return the text that a cell of a table says as a whole, in the reader's language, else ""."""
    source = str(cell or "").strip()
    is_text = len(source) > 2 and source[0] == source[-1] == '"' and '"' not in source[1:-1]
    return process_text(source[1:-1]) if is_text and " " in source else ""


def sources(part: str) -> list[str]:
    """Return the texts of processes whose words in the reader's language contain `part`."""
    wanted = part.casefold()
    found = catalogues.processes(localizer.language())
    texts = getattr(found, "_catalog", {}) if wanted else {}
    return [name for name, text in texts.items() if name and wanted in str(text).casefold()][:200]


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
        return label(value) if value in known() else process_text(value)
