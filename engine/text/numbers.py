"""Numbers as a language writes them.

The separators are those of the language. Others are read too where only one number can be meant
("1250.5" and "1.250,5" in Lithuanian); "1.250" is then refused, as it may be 1250 or 1.25.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from functools import cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from engine.text.digits import ascii_digits, own_digits, visible
from engine.text.unreadable import Unreadable

LONGEST = 100  # signs of a typed number
FURTHEST = 60  # places before or after the decimal sign of one that is read
PRECISION = 800  # and of any that is written: floats reach 308
LTR = "\u200e"  # keeps the sign of a number at its left in a Persian line
MINUS = "−"
NO_BREAK = "\u00a0"

_SIGNS = str.maketrans(dict.fromkeys("−–‐‑﹣－", "-") | {"＋": "+", "،": ",", "’": "'"})
_SHAPE = re.compile(r"([+-]?) ?([0-9.,٫٬' ]*[0-9])")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}")
_DECIMALS = (".", ",", "٫")
_GROUPS = (" ", ",", ".", "٬", "'")


def read_number(text: str, language: str) -> Decimal:
    """Return the number meant; raise Unreadable when it is none, or may be two."""
    plain = re.sub(r"\s", " ", ascii_digits(visible(text)).translate(_SIGNS))
    if len(plain) > LONGEST:
        raise Unreadable("number")
    if _SCIENTIFIC.fullmatch(plain):
        return _within_reach(Decimal(plain))
    shape = _SHAPE.fullmatch(plain)
    if shape is None:
        raise Unreadable("number")
    sign, body = shape.groups()
    return _within_reach(Decimal(f"{sign}{_meant(body, language)}"))


def write_number(value: float | Decimal, language: str, places: int | None = None) -> str:
    """Return the number with groups: 1,250.5 · ۱٬۲۵۰٫۵ · 1 250,5.

    Rounded to `places` decimals, else to three at most.
    """
    rounded = _rounded(Decimal(str(value)), 3 if places is None else places)
    return _written(f"{rounded if places is not None else _shortest(rounded):,f}", language)


def write_number_to_edit(value: float | Decimal, language: str) -> str:
    """Return the number as it stands in a field: every digit, no groups: 1250.5 · ۱۲۵۰٫۵."""
    return _written(f"{_shortest(Decimal(str(value))):f}", language)


def write_percent(share: float | Decimal, language: str, places: int = 1) -> str:
    """Return a share (0.021) as a percentage: 2.1% · ۲٫۱٪ · 2,1 %."""
    amount = write_number(Decimal(str(share)).scaleb(2), language, places)
    return amount + percent_sign(language)


def percent_sign(language: str) -> str:
    """Return what follows a percentage, with the space that the language wants."""
    return {"fa": "٪", "lt": "\u00a0%"}.get(language, "%")


def _rounded(value: Decimal, places: int) -> Decimal:
    with localcontext(prec=PRECISION):
        return value.quantize(Decimal(1).scaleb(-places))


def _shortest(value: Decimal) -> Decimal:
    """Return the same value without zeros at its end."""
    with localcontext(prec=PRECISION):
        return value.normalize() + 0  # and no minus before a zero


def _written(plain: str, language: str) -> str:
    """Return a number of Python's spelling in that of the language."""
    decimal, groups = _own(language)
    minus = {"fa": LTR + MINUS, "lt": MINUS}.get(language, "-")
    group = NO_BREAK if groups[0] == " " else groups[0]
    signs = {"-": minus, ",": group, ".": decimal}
    return own_digits("".join(signs.get(sign, sign) for sign in plain), language)


def _within_reach(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if value.adjusted() > FURTHEST or not isinstance(exponent, int) or exponent < -FURTHEST:
        raise Unreadable("number")
    return value


def _meant(body: str, language: str) -> str:
    own_decimal, own_groups = _own(language)
    readings: set[str] = set()
    for value, decimal, group in _readings(body):
        if decimal in ("", own_decimal) and group in ("", *own_groups):
            return value  # the reader's own separators are never a riddle
        readings.add(value)
    if not readings:
        raise Unreadable("number")
    if len(readings) > 1:
        exact = sorted(readings, key=Decimal)
        examples = (write_number_to_edit(Decimal(value), language) for value in exact)
        raise Unreadable("number-ambiguous", " / ".join(examples))
    return readings.pop()


def _readings(body: str) -> Iterator[tuple[str, str, str]]:
    """Yield every number the signs can stand for, with its decimal and its group separator."""
    whole = _ungrouped(body)
    if whole is not None:
        yield whole[0], "", whole[1]
    for decimal in _DECIMALS:
        before, found, after = body.rpartition(decimal)
        if not found or not after.isdecimal():
            continue
        whole = ("0", "") if not before else _ungrouped(before)
        if whole is not None and whole[1] != decimal:
            yield f"{whole[0]}.{after}", decimal, whole[1]


def _ungrouped(text: str) -> tuple[str, str] | None:
    """Return the digits and the separator of their groups of three; None if they are not so."""
    if text.isdecimal():
        return text, ""
    for group in _GROUPS:
        first, *rest = text.split(group)
        well_formed = 0 < len(first) <= 3 and first.isdecimal() and not first.startswith("0")
        if rest and well_formed and all(len(r) == 3 and r.isdecimal() for r in rest):
            return text.replace(group, ""), group
    return None


@cache
def _own(language: str) -> tuple[str, tuple[str, ...]]:
    decimal = get_decimal_symbol(language, numbering_system="default")
    group = re.sub(r"\s", " ", get_group_symbol(language, numbering_system="default"))
    more = (",",) if language == "fa" else ()  # what Persian keyboards have for ٬
    return decimal, tuple(dict.fromkeys((group, " ", *more)))
