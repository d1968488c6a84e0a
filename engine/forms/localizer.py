"""How a form speaks: the reader's words for its texts, and for the values inside them."""

from typing import Any

from engine.forms.fields import token


class Localizer:
    """The form's own words. A page gives one that knows the reader's language.

    `locale` picks the properties of a component that translate it ("label.fa").
    """

    locale = "en"

    def text(self, source: str) -> str:
        """Return a text of the form in the reader's language."""
        return source

    def value(self, value: Any) -> str:
        """Return a computed value as a text."""
        return "" if value is None else value if isinstance(value, str) else token(value)
