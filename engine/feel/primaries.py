"""Reads what needs no operator: literals, names, lists, ranges, contexts and functions."""

from typing import Any

from engine.feel.lexer import Lexeme, SyntaxError_, unquote
from engine.feel.names import Names
from engine.feel.tree import (
    AtLiteral,
    ContextOf,
    FunctionOf,
    ListOf,
    Literal,
    Name,
    OneSided,
    RangeOf,
    SyntaxNode,
)
from engine.feel.typereader import TypeReader
from engine.feel.values import DECIMAL128

SIGNS = ("<=", ">=", "<", ">", "!=", "=")
_CONSTANTS = {"true": True, "false": False, "null": None}
_TEXTUAL = {"if", "for", "some", "every"}
_STOP = {"and", "or", "then", "else", "return", "satisfies", "in", "between", "instance", "of"}
_RESERVED = _STOP | _TEXTUAL | set(_CONSTANTS) | {"function"}


class Primaries(TypeReader):
    """Reads primary expressions."""

    def primary(self) -> SyntaxNode:
        """Read a literal, a name or something in brackets."""
        token = self.token
        if token.kind in {"name", "quoted"}:
            return self.name()
        if token.kind == "op" and token.text in {"(", "[", "]"}:
            return self.bracketed()
        if token.kind == "op" and token.text == "{":
            return self.context()
        if token.kind not in {"number", "string", "at"}:
            raise SyntaxError_(f"expected an expression, found {self.found()}", token.start)
        self.at += 1
        if token.kind == "at":
            return self.made(AtLiteral(token.start, unquote(token.text)))
        value = number(token) if token.kind == "number" else unquote(token.text)
        return self.made(Literal(token.start, value))

    def name(self) -> SyntaxNode:
        """Read a name: the longest known one, else a single word."""
        token = self.token
        if token.kind == "quoted":
            return self.made(Name(token.start, self.known_name(1)))
        count = self.names.longest(self.stream, self.at)
        if count <= 1 and token.text in _RESERVED:
            if token.text in _CONSTANTS:
                self.at += 1
                return self.made(Literal(token.start, _CONSTANTS[token.text]))
            if token.text == "function" and self.follows("("):
                return self.function()
            if token.text in _TEXTUAL:
                return self.expression()
            if count == 0:
                raise SyntaxError_(f"unexpected {token.text!r}", token.start)
        return self.made(Name(token.start, self.known_name(max(count, 1))))

    def function(self) -> SyntaxNode:
        """Read `function(a, b: type) body`."""
        start = self.token.start
        self.at += 2
        parameters: list[tuple[str, Any]] = []
        while not self.sees(")"):
            name = self.new_name(",", ")", ":")
            if any(name == other for other, _ in parameters):
                raise SyntaxError_(f"the parameter {name!r} stands twice", self.token.start)
            parameters.append((name, self.type_() if self.takes(":") else None))
            if not self.takes(","):
                break
        self.expect(")")
        if self.sees("external"):
            raise SyntaxError_("external functions are not supported", self.token.start)
        outer = self.names
        self.names = Names((name for name, _ in parameters), outer)
        body = self.expression()
        self.names = outer
        return self.made(FunctionOf(start, tuple(parameters), body))

    def bracketed(self) -> SyntaxNode:
        """Read what opens with a round or square bracket: a range, a list or an expression."""
        token = self.token
        self.at += 1
        if token.text == "[" and self.takes("]"):
            return self.made(ListOf(token.start, ()))
        first = self.expression()
        if self.takes(".."):
            return self.range(token, first)
        if token.text == "(":
            self.expect(")")
            return first
        if token.text == "]":
            raise SyntaxError_("expected '..' of a range", self.token.start)
        items = [first]
        while self.takes(","):
            items.append(self.expression())
        self.expect("]")
        return self.made(ListOf(token.start, tuple(items)))

    def one_sided(self) -> SyntaxNode:
        """Read `< 5`, a range with one end."""
        sign = self.token
        self.at += 1
        return self.made(OneSided(sign.start, sign.text, self.sum()))

    def range(self, opening: Lexeme, low: SyntaxNode) -> SyntaxNode:
        """Read the high end of a range; a bracket turned outwards leaves its end out."""
        self.open_ranges += 1
        high = self.expression()
        self.open_ranges -= 1
        if not self.sees(")", "]", "["):
            self.expect("]")
        closing = self.token.text
        self.at += 1
        return self.made(RangeOf(opening.start, low, high, opening.text == "[", closing == "]"))

    def context(self) -> SyntaxNode:
        """Read `{key: value}`; a key is known to the entries after it, and to paths behind it."""
        start = self.token.start
        self.at += 1
        outer, self.names = self.names, Names((), self.names)
        entries: list[tuple[str, SyntaxNode]] = []
        while not self.sees("}"):
            if self.token.kind == "string":
                key = unquote(self.token.text)
                self.at += 1
            else:
                key = self.new_name(":", "}", ",")
            self.expect(":")
            self.names.add(key)
            entries.append((key, self.expression()))
            outer.add(key)
            if not self.takes(","):
                break
        self.expect("}")
        self.names = outer
        return self.made(ContextOf(start, tuple(entries)))


def number(token: Lexeme) -> Any:
    """Return a number literal: an int where it is whole, else a Decimal of 34 digits."""
    if token.text.isdigit() and len(token.text) <= 34:
        return int(token.text)
    try:
        return DECIMAL128.create_decimal(token.text)
    except ArithmeticError as error:
        raise SyntaxError_("the number is out of range", token.start) from error
