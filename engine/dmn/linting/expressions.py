"""Checks single expressions: syntax, language, names."""

import difflib
import re
from collections.abc import Iterator
from typing import Literal

from engine import feel
from engine.dmn.language import CompiledExpression, Tests, not_feel
from engine.dmn.linting.pieces import Piece
from engine.dmn.types import Types
from engine.model import Problem

_DECIMAL_COMMA = re.compile(r"([<>]=?)\s*(\d+),(\d+)(?!\s*[\d,])")
Severity = Literal["error", "warning"]


def check_piece(piece: Piece, types: Types, known: frozenset[str] | None) -> Iterator[Problem]:
    """Return what is wrong with one text; `known` are the names there are, None if any may come."""
    refused = not_feel(piece.language)
    if refused:
        yield _problem(piece, "dmn-language", f"{refused}.", "Write it in FEEL.")
        return
    if not piece.text:
        if "input" in piece.where:
            hint = "Name the variable this column reads."
            yield _problem(piece, "dmn-syntax", "The column reads nothing.", hint, "warning")
        return
    compiled = (Tests if piece.unary else CompiledExpression)(
        piece.text, piece.names, types.for_feel()
    )
    if compiled.error:
        yield _syntax(piece, compiled.error)
        return
    yield from _decimal_commas(piece)
    yield from _doubts(piece, compiled.compiled)
    if known is not None:
        yield from _names(piece, compiled.compiled, known | piece.names)


def _syntax(piece: Piece, error: feel.SyntaxError_) -> Problem:
    usual = 'Texts need quotes: write "gold", not gold.' if piece.unary else "Correct the formula."
    hint = f"{error.hint[:1].upper()}{error.hint[1:]}." if error.hint else usual
    return Problem(
        f"{piece.text!r} is not FEEL: {error.message} (at character {error.position + 1})",
        element=piece.where,
        rule="dmn-syntax",
        hint=hint,
        position=error.position,
    )


def _decimal_commas(piece: Piece) -> Iterator[Problem]:
    """A comma separates tests: "< 1,5" is "less than 1, or 5"."""
    found = _DECIMAL_COMMA.search(piece.text) if piece.unary else None
    if found is not None:
        sign, whole, part = found.groups()
        message = f"{piece.text!r} means '{sign} {whole}' or '{part}'."
        hint = f"Write decimals with a point: {sign} {whole}.{part}."
        yield _problem(piece, "dmn-decimal-comma", message, hint, "warning")


def _doubts(piece: Piece, compiled: feel.Expression) -> Iterator[Problem]:
    """Return what FEEL itself finds: wrong arguments, unknown types, a key that stands twice."""
    for rule, message, position in compiled.doubts:
        yield Problem(
            f"In {piece.text!r}: {message}.",
            "warning",
            element=piece.where,
            rule=rule.replace("feel-", "dmn-"),
            hint="It would be null; correct the formula.",
            position=position,
        )


def _names(piece: Piece, compiled: feel.Expression, known: frozenset[str]) -> Iterator[Problem]:
    places: dict[str, int] = {}
    for name, position in compiled.unknown:
        places.setdefault(name, position)
    for name in sorted(places.keys() - known - {"?", "item", "partial"}):
        close = difflib.get_close_matches(name, known, 1)
        hint = f"Is {close[0]!r} meant?" if close else ""
        yield Problem(
            f"The name {name!r} is not known here.",
            "warning",
            element=piece.where,
            rule="dmn-unknown-name",
            hint=hint or f"Draw an input {name!r} and connect it; texts need quotes.",
            position=places[name],
        )


def _problem(
    piece: Piece, rule: str, message: str, hint: str, severity: Severity = "error"
) -> Problem:
    return Problem(message, severity, element=piece.where, rule=rule, hint=hint)
