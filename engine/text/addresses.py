"""The one form of an address on a channel, whatever way a person or a system writes it."""

import re

from engine.text.digits import ascii_digits
from engine.text.emails import email_key, read_email
from engine.text.normal import key_form
from engine.text.phones import digits_of, read_phone
from engine.text.unreadable import Unreadable

CALLED = ("phone", "sms")
_EXTENSION = re.compile(r"(?:ext\.?|x|#|;ext=)\s*([0-9]{1,8})\s*$", re.IGNORECASE)


def read_address(channel: str, text: str, region: str = "") -> str:
    """Return the address as it is kept; raise Unreadable when nothing can be delivered there.

    `region` is the country of telephone numbers without a country code.
    """
    if channel in CALLED:
        return read_phone(text, region)
    return read_email(text) if channel == "email" else text


def address_key(channel: str, text: str, region: str = "") -> str:
    """Return what all spellings of an address share; also of one that cannot be read."""
    if channel == "email":
        return email_key(text)
    if channel not in CALLED:
        return key_form(text).casefold()
    try:
        return read_phone(text, region) + _extension(text)
    except Unreadable:
        return digits_of(text) or key_form(text)


def _extension(text: str) -> str:
    """Return the extension of a number: behind it sits somebody else."""
    found = _EXTENSION.search(ascii_digits(text))
    return f"#{found[1]}" if found else ""
