"""A policy value as people write it, of the kind that its default is."""

import re
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from engine.text import Unreadable
from engine.text.numbers import read_number, write_number_to_edit

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class NotOfItsKind(ValueError):
    """What was typed is not a value of this kind; the message says what is."""


def shown(value: Any, language: str) -> str:
    """Return the value as it stands in its field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return write_number_to_edit(Decimal(str(value)), language)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def read(text: str, like: Any, language: str, unit: str) -> Any:
    """Return the value that was typed, of the kind of `like`; raises NotOfItsKind."""
    if isinstance(like, bool):
        return text == "true"
    if isinstance(like, int | float):
        return _number(text, like, language, unit)
    if isinstance(like, list):
        return [part.strip() for part in re.split("[,،]", text) if part.strip()]
    if unit == "local time" and not CLOCK.fullmatch(text.strip()):
        raise NotOfItsKind(_("A time is needed, like 09:00."))
    return text.strip()


def _number(text: str, like: float, language: str, unit: str) -> float:
    try:
        found = read_number(text, language)
    except Unreadable:
        raise NotOfItsKind(_("This is not a number.")) from None
    if found < 0:
        raise NotOfItsKind(_("It must be %(limit)s or more.", limit=0))
    if unit == "share" and found > 1:
        raise NotOfItsKind(_("A share is between 0 and 1."))
    if isinstance(like, int) and found == found.to_integral_value():
        return int(found)
    if isinstance(like, int) and unit != "share":
        raise NotOfItsKind(_("A whole number is needed."))
    return float(found)
