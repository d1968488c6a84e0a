"""Reads FEEL into a tree of tuples `(kind, position, …)`; names are resolved by longest match."""

from engine.feel.cursor import DEPTH, Node
from engine.feel.lexer import SyntaxError_
from engine.feel.names import Names
from engine.feel.operators import Operators

__all__ = ["Names", "Node", "Parser"]


class Parser(Operators):
    """Reads one text: an expression or unary tests."""

    def whole(self) -> Node:
        """Read one expression up to the end of the text."""
        found = self.expression()
        if self.takes(".."):  # an iteration context, as boxed iterators hold it
            found = self.node("for_range", found[1], found, self.expression())
        self.end()
        return found

    def unary_tests(self) -> Node:
        """Read unary tests: `-`, `not(…)` or a list of tests."""
        start = self.token.start
        if self.sees("-") and self.stream[self.at + 1].kind == "end":
            return self.node("any", start)
        if self.sees("not") and self.stream[self.at + 1].text == "(":
            mark = self.at
            self.at += 2
            found = self.tests(")")
            if self.takes(")") and self.token.kind == "end":
                return self.node("none", start, found)
            self.at = mark
        found = self.tests("")
        self.end()
        return self.node("some_test", start, found)

    def expression(self) -> Node:
        """Read an expression of any kind, within the depth that is allowed."""
        self.depth += 1
        if self.depth > DEPTH:
            raise SyntaxError_("nested too deeply", self.token.start)
        try:
            return self.textual()
        finally:
            self.depth -= 1

    def textual(self) -> Node:
        """Read `if`, `for`, `some`, `every`, or operators."""
        token = self.token
        if token.kind == "name" and self.names.longest(self.stream, self.at) <= 1:
            if token.text == "if":
                return self.if_()
            if token.text == "for":
                return self.for_()
            if token.text in {"some", "every"}:
                return self.quantified()
        return self.disjunction()

    def if_(self) -> Node:
        """Read `if c then a else b`."""
        start = self.token.start
        self.expect("if")
        condition = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return self.node("if", start, condition, yes, self.expression())

    def iterators(self, closing: str) -> list[tuple[str, Node]]:
        """Read `x in a, y in b` up to a closing word."""
        found = []
        while True:
            name = self.new_name("in")
            self.expect("in")
            source = self.expression()
            if self.takes(".."):
                source = self.node("for_range", source[1], source, self.expression())
            self.names.add(name)
            found.append((name, source))
            if not self.takes(","):
                break
        self.expect(closing)
        return found

    def for_(self) -> Node:
        """Read `for x in a return b`."""
        start = self.token.start
        self.expect("for")
        self.names = Names(("partial",), self.names)
        iterators = self.iterators("return")
        body = self.expression()
        self.names = self.names.outer or self.names
        return self.node("for", start, iterators, body)

    def quantified(self) -> Node:
        """Read `some x in a satisfies b` and `every`."""
        start, kind = self.token.start, self.token.text
        self.at += 1
        self.names = Names((), self.names)
        iterators = self.iterators("satisfies")
        body = self.expression()
        self.names = self.names.outer or self.names
        return self.node(kind, start, iterators, body)
