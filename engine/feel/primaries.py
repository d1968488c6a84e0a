"""Reads what needs no operator: literals, names, lists, ranges, contexts and functions."""

from decimal import Decimal
from typing import Any

from engine.feel.cursor import Node
from engine.feel.lexer import SyntaxError_, Token, unquote
from engine.feel.names import Names, canonical
from engine.feel.typereader import TypeReader

SIGNS = ("<=", ">=", "<", ">", "!=", "=")
_STOP = {
    "and",
    "or",
    "then",
    "else",
    "return",
    "satisfies",
    "in",
    "between",
    "instance",
    "of",
    "if",
    "for",
    "some",
    "every",
    "function",
    "true",
    "false",
    "null",
}


class Primaries(TypeReader):
    """Reads primary expressions."""

    def primary(self) -> Node:
        """Read a literal, a name or something in brackets."""
        token = self.token
        if token.kind == "number":
            self.at += 1
            return self.node("literal", token.start, number(token.text))
        if token.kind == "string":
            self.at += 1
            return self.node("literal", token.start, unquote(token.text))
        if token.kind == "at":
            self.at += 1
            return self.node("at", token.start, unquote(token.text))
        if token.kind == "name":
            return self.name()
        if token.text in {"(", "[", "]"}:
            return self.bracketed()
        if token.text == "{":
            return self.context()
        found = repr(token.text) if token.kind != "end" else "the end"
        raise SyntaxError_(f"expected an expression, found {found}", token.start)

    def name(self) -> Node:
        """Read a name: the longest known one, else a single word."""
        token = self.token
        count = self.names.longest(self.stream, self.at)
        if count <= 1:
            if token.text in {"true", "false", "null"}:
                self.at += 1
                return self.node(
                    "literal", token.start, {"true": True, "false": False, "null": None}[token.text]
                )
            if token.text == "function" and self.stream[self.at + 1].text == "(":
                return self.function()
            if token.text in {"if", "for", "some", "every"}:
                return self.textual()
            if token.text in _STOP and count == 0:
                raise SyntaxError_(f"unexpected {token.text!r}", token.start)
        count = max(count, 1)
        words = [t.text for t in self.stream[self.at : self.at + count]]
        self.at += count
        return self.node("name", token.start, canonical(words))

    def function(self) -> Node:
        """Read `function(a, b: type) body`."""
        start = self.token.start
        self.at += 2
        parameters: list[tuple[str, Any]] = []
        while not self.sees(")"):
            name = self.new_name(",", ")", ":")
            kind = self.type_() if self.takes(":") else None
            parameters.append((name, kind))
            if not self.takes(","):
                break
        self.expect(")")
        if self.takes("external"):
            raise SyntaxError_("external functions are not supported", start)
        self.names = Names((name for name, _ in parameters), self.names)
        body = self.expression()
        self.names = self.names.outer or self.names
        return self.node("function", start, parameters, body)

    def bracketed(self) -> Node:
        """Read what opens with a round or square bracket: a range, a list or an expression."""
        token = self.token
        self.at += 1
        if token.text == "(" and self.sees(*SIGNS):
            return self.unary_range()
        if token.text == "[" and self.takes("]"):
            return self.node("list", token.start, [])
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
        return self.node("list", token.start, items)

    def unary_range(self) -> Node:
        """Read `< 5)`, a range with one end."""
        sign = self.token
        self.at += 1
        end = self.additive()
        self.expect(")")
        return self.node("unary_range", sign.start, sign.text, end)

    def range(self, opening: Token, low: Node) -> Node:
        """Read the high end of a range; a bracket turned outwards leaves its end out."""
        self.open_ranges += 1
        high = self.expression()
        self.open_ranges -= 1
        if not self.sees(")", "]", "["):
            self.expect("]")
        closing = self.token.text
        self.at += 1
        return self.node("range", opening.start, opening.text == "[", low, high, closing == "]")

    def context(self) -> Node:
        """Read `{key: value}`; a key is known to the entries after it."""
        start = self.token.start
        self.expect("{")
        outer, self.names = self.names, Names((), self.names)
        entries: list[tuple[str, Node]] = []
        while not self.sees("}"):
            key = unquote(self.token.text) if self.token.kind == "string" else ""
            if key or self.token.text == '""':
                self.at += 1
            else:
                key = self.new_name(":", "}", ",")
            self.expect(":")
            entries.append((key, self.expression()))
            self.names.add(key)
            outer.add(key)
            if not self.takes(","):
                break
        self.expect("}")
        self.names = outer
        return self.node("context", start, entries)


def number(text: str) -> Any:
    """Answer a number literal: an int where it is whole, else a Decimal of 34 digits."""
    if text.isdigit() and len(text) <= 34:
        return int(text)
    return +Decimal(text)
