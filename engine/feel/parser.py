"""Reads FEEL into a tree; names are resolved by longest match."""

from engine.feel.cursor import DEPTH
from engine.feel.lexer import SyntaxError_
from engine.feel.names import Names
from engine.feel.operators import Operators
from engine.feel.primaries import SIGNS
from engine.feel.tree import Conditional, For, Iterators, Quantified, Steps, SyntaxNode, UnaryTests

_TEXTUAL = {"if", "for", "some", "every"}


class FeelParser(Operators):
    """Reads one text: an expression or unary tests."""

    def whole(self) -> SyntaxNode:
        """Read one expression up to the end of the text."""
        found = self.source()  # boxed iterators hold `1..3` on its own
        self.end()
        return found

    def unary_tests(self) -> UnaryTests:
        """Read unary tests: `-`, `not(…)` or a list of tests."""
        start = self.token.start
        if self.sees("-") and self.stream[self.at + 1].kind == "end":
            return self.made(UnaryTests(start, (), negated=False))
        if self.sees("not") and self.follows("("):
            negated = self.negated(start)
            if negated is not None:
                return negated
        found = self.tests()
        self.end()
        return self.made(UnaryTests(start, found, negated=False))

    def negated(self, start: int) -> UnaryTests | None:
        """Read `not(…)` around all tests; None when more stands behind the bracket."""
        mark, names, depth = self.at, self.names, self.depth
        self.at += 2
        try:
            found = self.tests()
            self.expect(")")
            self.end()
        except SyntaxError_:
            self.at, self.names, self.depth = mark, names, depth
            return None
        return self.made(UnaryTests(start, found, negated=True))

    def expression(self) -> SyntaxNode:
        """Read an expression of any kind, within the depth that is allowed."""
        self.depth += 1
        if self.depth > DEPTH:
            raise SyntaxError_("nested too deeply", self.token.start)
        found = self.textual()
        self.depth -= 1
        return found

    def textual(self) -> SyntaxNode:
        """Read `if`, `for`, `some`, `every`, `< 5`, or operators."""
        token = self.token
        if token.kind == "op" and token.text in SIGNS:
            return self.one_sided()
        if token.kind != "name" or token.text not in _TEXTUAL:
            return self.binary()
        if self.names.longest(self.stream, self.at) > 1:
            return self.binary()
        if token.text == "if":
            return self.conditional()
        return self.iteration()

    def conditional(self) -> SyntaxNode:
        """Read `if c then a else b`; a chain of `else if` is one node."""
        start = self.token.start
        branches = []
        while self.takes("if"):
            condition = self.expression()
            self.expect("then")
            branches.append((condition, self.expression()))
            self.expect("else")
        return self.made(Conditional(start, tuple(branches), self.expression()))

    def iteration(self) -> SyntaxNode:
        """Read `for x in a, y in b return c`, `some … satisfies …` or `every … satisfies …`."""
        token, outer = self.token, self.names
        self.at += 1
        looping = token.text == "for"
        self.names = Names(("partial",) if looping else (), outer)
        iterators = self.iterators("return" if looping else "satisfies")
        body = self.expression()
        self.names = outer
        if looping:
            return self.made(For(token.start, iterators, body))
        return self.made(Quantified(token.start, token.text, iterators, body))

    def iterators(self, closing: str) -> Iterators:
        """Read `x in a, y in b` up to a closing word."""
        found = []
        while True:
            name = self.new_name("in")
            self.expect("in")
            found.append((name, self.source()))
            self.names.add(name)
            if not self.takes(","):
                break
        self.expect(closing)
        return tuple(found)

    def source(self) -> SyntaxNode:
        """Read what an iteration goes through: an expression or `low..high`."""
        low = self.expression()
        if not self.takes(".."):
            return low
        return self.made(Steps(low.position, low, self.expression()))
