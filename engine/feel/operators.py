"""Reads operators by precedence, unary tests, filters, paths and calls."""

from engine.feel.cursor import DEPTH, Node
from engine.feel.lexer import SyntaxError_
from engine.feel.names import Names, canonical
from engine.feel.primaries import SIGNS, Primaries

_COMPARE = {"=", "!=", "<", "<=", ">", ">="}


class Operators(Primaries):
    """Reads everything that stands between primaries."""

    def disjunction(self) -> Node:
        """Read `a or b`."""
        left = self.conjunction()
        while self.sees("or"):
            position = self.token.start
            self.at += 1
            left = self.node("or", position, left, self.conjunction())
        return left

    def conjunction(self) -> Node:
        """Read `a and b`."""
        left = self.comparison()
        while self.sees("and"):
            position = self.token.start
            self.at += 1
            left = self.node("and", position, left, self.comparison())
        return left

    def comparison(self) -> Node:
        """Read comparisons, `between`, `in` and `instance of`."""
        left = self.additive()
        while True:
            token = self.token
            if token.kind == "op" and token.text in _COMPARE:
                self.at += 1
                left = self.node("compare", token.start, token.text, left, self.additive())
            elif self.takes("between"):
                low = self.additive()
                self.expect("and")
                left = self.node("between", token.start, left, low, self.additive())
            elif self.takes("in"):
                left = self.node("in", token.start, left, self.in_tests())
            elif self.takes("instance"):
                self.expect("of")
                left = self.node("instance", token.start, left, self.type_())
            else:
                return left

    def in_tests(self) -> list[Node]:
        """Read what stands behind `in`: one test, or several in brackets."""
        if self.sees("("):
            mark = self.at
            try:
                self.at += 1
                found = self.tests(")")
                self.expect(")")
            except SyntaxError_:
                self.at = mark
            else:
                if not self.sees("..", ".", "[", "("):
                    return found
                self.at = mark
        start = self.token.start
        for sign in SIGNS:
            if self.takes(sign):
                return [self.node("test_op", start, sign, self.additive())]
        return [self.node("test", start, self.additive())]

    def tests(self, closing: str) -> list[Node]:
        """Read tests between commas."""
        found = [self.test()]
        while self.takes(","):
            found.append(self.test())
        if closing and not self.sees(closing):
            self.expect(closing)
        return found

    def test(self) -> Node:
        """Read one unary test."""
        start = self.token.start
        for sign in SIGNS:
            if self.takes(sign):
                return self.node("test_op", start, sign, self.additive())
        return self.node("test", start, self.expression())

    def additive(self) -> Node:
        """Read `a + b` and `a - b`."""
        left = self.multiplicative()
        while self.token.kind == "op" and self.token.text in {"+", "-"}:
            token = self.token
            self.at += 1
            left = self.node("arith", token.start, token.text, left, self.multiplicative())
        return left

    def multiplicative(self) -> Node:
        """Read `a * b` and `a / b`."""
        left = self.power()
        while self.token.kind == "op" and self.token.text in {"*", "/"}:
            token = self.token
            self.at += 1
            left = self.node("arith", token.start, token.text, left, self.power())
        return left

    def power(self) -> Node:
        """Read `a ** b`, from the left."""
        left = self.negation()
        while self.sees("**"):
            position = self.token.start
            self.at += 1
            left = self.node("arith", position, "**", left, self.negation())
        return left

    def negation(self) -> Node:
        """Read `-a`."""
        if self.sees("-"):
            position = self.token.start
            self.at += 1
            self.depth += 1
            if self.depth > DEPTH:
                raise SyntaxError_("nested too deeply", position)
            found = self.node("negate", position, self.negation())
            self.depth -= 1
            return found
        return self.postfix()

    def postfix(self) -> Node:
        """Read paths, filters and calls behind a primary."""
        left = self.primary()
        while True:
            token = self.token
            if token.kind != "op":
                return left
            if token.text == ".":
                self.at += 1
                left = self.node("path", token.start, left, self.member())
            elif token.text == "[":
                filtered = self.filter(left)
                if filtered is None:
                    return left
                left = filtered
            elif token.text == "(":
                left = self.call(left)
            else:
                return left

    def filter(self, left: Node) -> Node | None:
        """Read a filter; None where the bracket closes a range such as `[1..3[`."""
        mark, names, start = self.at, self.names, self.token.start
        self.at += 1
        self.names = Names(("item",), names)
        try:
            condition = self.expression()
            self.expect("]")
        except SyntaxError_:
            if not self.open_ranges:
                raise
            self.at = mark
            return None
        finally:
            self.names = names
        return self.node("filter", start, left, condition)

    def call(self, target: Node) -> Node:
        """Read the arguments of a call, by position or by name."""
        position = self.token.start
        self.expect("(")
        named: dict[str, Node] = {}
        arguments: list[Node] = []
        while not self.sees(")"):
            name = self.argument_name()
            if name:
                named[name] = self.expression()
            else:
                arguments.append(self.expression())
            if not self.takes(","):
                break
        self.expect(")")
        if named and arguments:
            raise SyntaxError_("named and positional arguments are mixed", position)
        return self.node("call", position, target, arguments, named)

    def argument_name(self) -> str:
        """Read `name:` of a named argument; empty when there is none."""
        if self.token.kind != "name":
            return ""
        end = self.at
        while self.stream[end].kind in {"name", "number"} or self.stream[end].text in {
            "-",
            "+",
            "*",
            "/",
            "'",
        }:
            end += 1
        if self.stream[end].text != ":":
            return ""
        name = canonical(t.text for t in self.stream[self.at : end])
        self.at = end + 1
        return name
