"""Forms of a text for comparing: one to look for it, one to tell two keys apart.

Both are worked out here and stored beside the text, so that SQLite and PostgreSQL, whose own
functions know different letters, find the same. The text itself is kept as it was typed.

Letters of Latin, Greek and Cyrillic alphabets are found with and without their marks ("Sarune"
finds "Šarūnė"): people leave them out on foreign keyboards and in a hurry, and a list that shows
one name too many does less harm than one that hides the right one. Keys keep marks and case.
"""

import unicodedata

import regex

from engine.text.digits import ascii_digits

# Arabic letters that Persian keyboards and old systems write instead of the Persian ones.
_KEY_LETTERS = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "ڪ": "ک",
        "ہ": "ه",
        "ھ": "ه",
        "ە": "ه",
        "ـ": None,
    }
)
# Spellings that Persian writers mix: hamza, madda and the two ways to write the ezafe after heh.
_FOUND_LETTERS = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ئ": "ی",
        "ؤ": "و",
        "ۀ": "ه",
        "ة": "ه",
        "ء": None,
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
    }
)
_MARKS = regex.compile(r"[\u0300-\u036F\u0591-\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06ED]")
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}]")
_SPACES = regex.compile(r"[\s\p{Z}]+")


def key_form(text: str) -> str:
    """Return what two spellings of the same key share; case and marks of letters still count.

    Composed letters, Persian yeh and kaf, digits 0 to 9, single spaces, nothing unseen.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    composed = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).translate(_KEY_LETTERS)
    spaced = _SPACES.sub(" ", ascii_digits(composed)).strip()
    return unicodedata.normalize("NFC", spaced)


def exact_key(text: str) -> str:
    """Return what the spellings of a correlation key or of a cell in a table share.

    Plain ASCII stays exactly as it is: Camunda compares every sign of it.
    """
    return text if text.isascii() else key_form(text)


def search_form(text: str) -> str:
    """Return what all spellings of the same words share; a part of them is a part of it."""
    if text.isascii():
        return str(_SPACES.sub(" ", text.lower())).replace("`", "'").strip()
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_KEY_LETTERS)
    plain = unicodedata.normalize("NFKD", plain.translate(_FOUND_LETTERS))
    plain = _MARKS.sub("", _UNSEEN.sub("", plain)).translate(_KEY_LETTERS).translate(_FOUND_LETTERS)
    plain = unicodedata.normalize("NFKC", ascii_digits(plain)).casefold()
    return str(_SPACES.sub(" ", plain)).strip()


def search_words(text: str, most: int = 5) -> list[str]:
    """Return the words to look for, each in its search form; the first few of them."""
    return [word for word in search_form(text).split(" ") if word][:most]
