"""A file as rows: CSV with a header, or JSON with a list of objects. What is odd is refused."""

import csv
import io
import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import Any, NoReturn

from engine.errors import Invalid
from engine.model import Problem
from engine.text.cells import cell_text
from engine.text.digits import is_blank
from tasks.declare.import_run import Rows

MOST_ROWS = 200_000
MOST_COLUMNS = 1_000
SEPARATORS = ",;\t"
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)  # Excel's own first line
UNSAFE = re.compile(r"\\u0000|[\ud800-\udfff]")  # as json.dumps writes them


def read(content: bytes, *, is_json: bool) -> Rows:
    """Answer (row number, cells); of CSV the header is row 1, of JSON the first object.

    Raises Invalid with the row and column of what cannot be read.
    """
    text = _decoded(content)
    if "\x00" in text:
        refuse(1 + text[: text.index("\x00")].count("\n"), "", "A NUL is no text.")
    rows = list(_json(text) if is_json else _csv(text))
    if not rows:
        refuse(1, "", "There are no rows in it.")
    return rows


def refuse(row: int, column: str, message: str) -> NoReturn:
    """Refuse a file for one reason."""
    raise Invalid(message, [Problem(message, element=column, resource=f"row {row}")])


def _decoded(content: bytes) -> str:
    """Return the text; what Excel calls Unicode text is UTF-16 with its mark."""
    utf16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(1 + content[: error.start].count(b"\n"), "", "This is not UTF-8.")


def _csv(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    separator, number = "", 1
    if (told := SEPARATOR_LINE.match(text)) is not None:
        separator, text, number = told[1], text[told.end() :], 2
    first = text.partition("\n")[0]
    separator = separator or max(SEPARATORS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        _check_header(header, number)
        for number, cells in enumerate(lines, number + 1):  # noqa: B020 - told in the error
            _check_row(number, cells, header)
            named = zip(header, cells, strict=False)
            row = {name: cell_text(cell.strip()) for name, cell in named if not is_blank(cell)}
            if row:
                yield number, row
    except csv.Error as error:
        refuse(number, "", f"This is not CSV: {error}.")


def _check_header(header: list[str], number: int) -> None:
    if not any(header):
        refuse(number, "", "The first row must name the columns.")
    if len(header) > MOST_COLUMNS:
        refuse(number, "", f"More than {MOST_COLUMNS} columns.")
    seen: set[str] = set()
    for name in header:
        if not name:
            refuse(number, "", "A column has no name.")
        if name in seen:
            refuse(number, name, "Two columns have this name.")
        seen.add(name)


def _check_row(number: int, cells: list[str], header: list[str]) -> None:
    if number > MOST_ROWS + 1:
        refuse(number, "", f"More than {MOST_ROWS} rows at once.")
    if len(cells) > len(header):
        refuse(number, "", f"{len(cells)} cells, but the header has {len(header)}.")


def _json(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        refuse(getattr(error, "lineno", 1), "", f"This is not JSON: {error}.")
    if isinstance(data, dict):
        data = data.get("items")
    if not isinstance(data, list):
        refuse(1, "", "A list of objects is needed, or {“items”: […]}.")
    if len(data) > MOST_ROWS:
        refuse(MOST_ROWS + 1, "", f"More than {MOST_ROWS} rows at once.")
    for number, row in enumerate(data, 1):
        if not isinstance(row, dict):
            refuse(number, "", "This is not an object.")
        if UNSAFE.search(json.dumps(row, ensure_ascii=False)):
            refuse(number, "", "A NUL or half a character is no text.")
        yield number, {name: value for name, value in row.items() if value is not None}


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("the same name twice in an object")
    return made


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no value")
