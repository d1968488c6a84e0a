"""Amounts of money, in the smallest unit of their currency: 1250 is 12.50 EUR."""

from decimal import Decimal

import regex
from babel.numbers import get_currency_precision, get_currency_symbol

from engine.text.digits import visible
from engine.text.numbers import NO_BREAK, read_number, write_number
from engine.text.unreadable import Unreadable

LARGEST = 10**15
_PARTS = regex.compile(
    r"([\p{L}\p{Sc}.]*?)[\s]*([-+−]?[\s]*[\p{Nd}.,٫٬’'\s]*\p{Nd})[\s]*([\p{L}\p{Sc}]*)"
)


def places_of(currency: str) -> int:
    """Return how many decimal places amounts of a currency have: 2 for EUR, 0 for IRR."""
    return int(get_currency_precision(currency)) if currency else 2


def read_money(text: str, currency: str, language: str) -> int:
    """Return the amount in minor units; raise Unreadable.

    The currency may stand before or after it, by its code or its sign; another one is refused.
    """
    parts = _PARTS.fullmatch(visible(text))
    if parts is None:
        raise Unreadable("money")
    before, amount, after = parts.groups()
    if (before and after) or not _names(before or after, currency, language):
        raise Unreadable("money-currency", currency)
    minor = read_number(amount, language).scaleb(places_of(currency))
    if minor != minor.to_integral_value():
        raise Unreadable("money-decimals", str(places_of(currency)))
    if abs(minor) > LARGEST:
        raise Unreadable("money")
    return int(minor)


def write_money(minor: int | Decimal, currency: str, language: str) -> str:
    """Return an amount with its currency: 1,250.00 EUR · ۱٬۲۵۰٫۰۰ EUR · 1 250,00 EUR."""
    places = places_of(currency)
    amount = write_number(Decimal(minor).scaleb(-places), language, places)
    space = NO_BREAK if language == "lt" else " "
    return f"{amount}{space}{currency}" if currency else amount


def write_money_to_edit(minor: int, currency: str, language: str) -> str:
    """Return an amount as it stands in a field, without its currency."""
    places = places_of(currency)
    return write_number(Decimal(minor).scaleb(-places), language, places)


def _names(name: str, currency: str, language: str) -> bool:
    known = {"", currency.casefold(), get_currency_symbol(currency, "en").casefold()}
    known.add(get_currency_symbol(currency, language).casefold())
    return name.casefold() in known
