"""Cuts a FEEL text into tokens with their positions."""

import re
from dataclasses import dataclass


class SyntaxError_(ValueError):  # noqa: N801 - the name says what it is and avoids the builtin
    """The text is not FEEL; `position` is the character (0-based) where that shows."""

    def __init__(self, message: str, position: int, hint: str = "") -> None:
        told = f"; {hint}" if hint else ""
        super().__init__(f"{message} (at character {position + 1}){told}")
        self.message = message
        self.position = position
        self.hint = hint  # the right form, where it is a mistake that people make


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of the text: a name, quoted (a name in backticks), number, string, at, op or end."""

    kind: str
    text: str
    start: int
    end: int


_START = r"[^\W\d]|\?|[\U00010000-\U000EFFFF]"
_TOKEN = re.compile(
    rf"""(?P<space>[\s\u180e\u200b\ufeff]+|//[^\n]*|/\*.*?\*/)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<string>"(?:\\.|[^"\\])*")
    |(?P<at>@\s*"(?:\\.|[^"\\])*")
    |(?P<quoted>`[^`]+`)
    |(?P<name>(?:{_START})(?:\w|\?|[\u00b7\u0300-\u036f\u203f-\u2040\U00010000-\U000EFFFF])*)
    |(?P<op>\.\.|\*\*|<=|>=|!=|->|[-+*/=<>(){{}}\[\],:.']|[^\s])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_OPEN = {'"': "the string is not closed", "`": "the name in backticks is not closed"}


def tokens(text: str) -> list[Lexeme]:
    """Return the tokens of a text, closed by one of kind end."""
    found: list[Lexeme] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise SyntaxError_(f"unexpected character {text[position]!r}", position)
        kind = match.lastgroup
        if kind == "op" and match[0] in _OPEN:
            raise SyntaxError_(_OPEN[match[0]], position)
        if text.startswith("/*", position) and kind != "space":
            raise SyntaxError_("the comment is not closed", position)
        if kind == "quoted":
            found.append(Lexeme(kind, match[0][1:-1], position, match.end()))
        elif kind != "space":
            found.append(Lexeme(kind, match[0], position, match.end()))
        position = match.end()
    found.append(Lexeme("end", "", len(text), len(text)))
    return found


def unquote(literal: str) -> str:
    """Return the characters of a string literal."""
    return (
        _ESCAPE.sub(_unescape, literal[literal.index('"') + 1 : -1])
        .encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
    )


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "uU" and len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF else match[0]
    return _SIMPLE.get(code, match[0])
