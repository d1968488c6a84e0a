"""Decimal digits of every script, and signs that nobody sees."""

import unicodedata

import regex

# Format controls (bidi marks, joiners, soft hyphen, BOM) and the blanks that look like nothing.
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]+")
_BLANK = regex.compile(r"[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*")
_NOT_ASCII = regex.compile(r"(?![0-9])\p{Nd}")
_OF_LANGUAGE = {"fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}


def ascii_digits(text: str) -> str:
    """Return the text with the decimal digits of any script as 0 to 9."""
    return str(_NOT_ASCII.sub(lambda found: str(unicodedata.decimal(found[0], found[0])), text))


def own_digits(text: str, language: str) -> str:
    """Return the text with the digits 0 to 9 as the language writes them."""
    table = _OF_LANGUAGE.get(language)
    return text.translate(table) if table else text


def visible(text: str) -> str:
    """Return the text without the signs that nobody sees, and without spaces around it."""
    return str(_UNSEEN.sub("", text)).strip()


def is_blank(text: str) -> bool:
    """Whether nothing can be seen of the text."""
    return bool(_BLANK.fullmatch(text))
