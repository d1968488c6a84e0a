"""Cells of CSV files that spreadsheets open: text stays text and is never calculated.

A spreadsheet calculates what begins with =, +, - or @, also in their full-width forms. It may cut
a line at other signs than the file was written with, so what follows a semicolon, a tab, a bar or
a new line counts as a beginning too. An apostrophe before it makes it text; it comes off again
when the file is read back.
"""

import regex

_BLANKS = r"[ \p{Zs}\p{Cf}]*"
_FIRST = rf"\A{_BLANKS}"
_LATER = rf"(?<=[;\t|\r\n]){_BLANKS}"
_UNSAFE = regex.compile(rf"{_FIRST}(?='*[=+\-@＝＋－＠\t\r])|{_LATER}(?='*[=+\-@＝＋－＠])")
_MADE_SAFE = regex.compile(rf"{_FIRST}'(?='*[=+\-@＝＋－＠\t\r])|{_LATER}'(?='*[=+\-@＝＋－＠])")


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet calculates any part of it."""
    return str(_UNSAFE.sub(lambda found: f"{found[0]}'", text))


def cell_text(cell: str) -> str:
    """Return the text that `safe_cell` was given; another cell as it is."""
    return str(_MADE_SAFE.sub(lambda found: found[0][:-1], cell))
