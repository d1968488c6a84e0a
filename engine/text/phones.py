"""Telephone numbers in the one form of E.164, whatever country's habits they are written by.

A number with its country code is taken at almost any length: countries change their plans faster
than libraries learn of it. Without one it must have a length that its country knows.
"""

from functools import cache

import phonenumbers
import regex
from babel.core import get_global
from phonenumbers import PhoneNumber, PhoneNumberFormat

from engine.text.digits import ascii_digits, visible
from engine.text.unreadable import Unreadable

LONGEST = 60
SHORTEST_ABROAD = 100_000  # six digits after the country code
_SHAPE = regex.compile(
    r"(?:tel:)?\+?[0-9 ()./\p{Pd}\p{Zs}]*(?:(?:ext\.?|x|#|;ext=)\s*[0-9]{1,8})?", regex.I
)
_DIGITS = regex.compile(r"[^0-9]")
_SOUGHT = regex.compile(r"[+0-9 ()./\p{Pd}\p{Zs}]+")
FEWEST_SOUGHT = 3


def read_phone(text: str, region: str = "") -> str:
    """Return the number in E.164 (+37060000555), ";ext=5" after it for an extension.

    `region` is the country (LT) of numbers without a country code; without it they are refused.
    Raises Unreadable.
    """
    plain = ascii_digits(visible(text)).replace("＋", "+")
    if len(plain) > LONGEST or not _SHAPE.fullmatch(plain):
        raise Unreadable("phone")
    found = _parsed(plain, region)
    if found is None and plain.lstrip("( ").startswith("00"):
        found = _parsed("+" + _DIGITS.sub("", plain)[2:], "")  # "00" is dialled in most countries
    if found is None:
        raise Unreadable(*(("phone",) if region or plain.startswith("+") else _COUNTRY_NEEDED))
    number = phonenumbers.format_number(found, PhoneNumberFormat.E164)
    return f"{number};ext={found.extension}" if found.extension else str(number)


def write_phone(e164: str) -> str:
    """Return a number as people read it, +370 600 00555; what is none of E.164 as it is."""
    found = _parsed(e164, "") if e164.startswith("+") else None
    if found is None:
        return e164
    return str(phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL))


def region_of_zone(zone: str) -> str:
    """Return the country of a time zone, LT of Europe/Vilnius; "" of UTC and the like."""
    return _territories().get(zone, "")


def sought_digits(text: str, region: str = "") -> tuple[str, ...]:
    """Return the digits to look for in E.164 numbers when somebody types a part of one.

    A part may begin as people dial at home (0912…, 8 600 …) or abroad (0098…). Empty when the
    text is no part of a telephone number.
    """
    plain = ascii_digits(visible(text)).replace("＋", "+")
    digits = _DIGITS.sub("", plain)
    if not _SOUGHT.fullmatch(plain) or len(digits) < FEWEST_SOUGHT:
        return ()
    found = {digits}
    if digits.startswith("00"):
        found.add(digits[2:])
    elif digits.startswith("0") or (region and digits.startswith(_trunk_prefixes(region))):
        found.add(digits[1:])
    return tuple(sorted(one for one in found if len(one) >= FEWEST_SOUGHT))


def digits_of(text: str) -> str:
    """Return the digits of a number, 0 to 9."""
    return str(_DIGITS.sub("", ascii_digits(text)))


_COUNTRY_NEEDED = ("phone-country", "+370 612 34567")


def _parsed(text: str, region: str) -> PhoneNumber | None:
    try:
        found = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    foreign = text.startswith("+") and (found.national_number or 0) >= SHORTEST_ABROAD
    return found if foreign or phonenumbers.is_possible_number(found) else None


@cache
def _trunk_prefixes(region: str) -> tuple[str, ...]:
    """Return the single digits that are dialled before a number inside a country."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    pattern = (metadata.national_prefix_for_parsing or "") if metadata else ""
    return tuple(digit for digit in "0123456789" if pattern and regex.fullmatch(pattern, digit))


@cache
def _territories() -> dict[str, str]:
    return {zone: code for zone, code in get_global("zone_territories").items() if len(code) == 2}
