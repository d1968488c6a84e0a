"""Reads operators by precedence, unary tests, filters, paths and calls."""

from engine.feel.cursor import DEPTH
from engine.feel.lexer import SyntaxError_
from engine.feel.names import Names, canonical
from engine.feel.primaries import SIGNS, Primaries
from engine.feel.tree import (
    Arithmetic,
    Between,
    Call,
    Compare,
    Filter,
    In,
    InstanceOf,
    Logic,
    Negate,
    Path,
    SyntaxNode,
    Test,
)

_LEVELS = {
    "or": 0,
    "and": 1,
    **dict.fromkeys((*SIGNS, "between", "in", "instance"), 2),
    "+": 3,
    "-": 3,
    "*": 4,
    "/": 4,
    "**": 5,
}
_SUM = 3
_POSTFIX = 60  # paths, filters and calls behind one another
_IN_NAMES = {"-", "+", "*", "/", "'", "."}


class Operators(Primaries):
    """Reads everything that stands between primaries."""

    def binary(self, least: int = 0) -> SyntaxNode:
        """Read operators that bind at least as tightly as a level of the table above."""
        left = self.negation()
        while (level := self.level()) >= least:
            if level < 2:
                left = self.logic(left, level)
            elif level == 2:
                left = self.comparison(left)
            else:
                left = self.arithmetic(left, level)
        return left

    def sum(self) -> SyntaxNode:
        """Read an expression that binds tighter than comparisons."""
        return self.binary(_SUM)

    def level(self) -> int:
        """Return the precedence of the operator that comes next; -1 when it is none."""
        token = self.token
        return _LEVELS.get(token.text, -1) if token.kind in {"op", "name"} else -1

    def logic(self, left: SyntaxNode, level: int) -> SyntaxNode:
        """Read `and …` or `or …` behind a first part."""
        word, start = self.token.text, self.token.start
        parts = [left]
        while self.takes(word):
            parts.append(self.binary(level + 1))
        return self.made(Logic(start, word, tuple(parts)))

    def arithmetic(self, left: SyntaxNode, level: int) -> SyntaxNode:
        """Read operators of one level behind a first operand."""
        rest = []
        while self.level() == level:
            token = self.token
            self.at += 1
            rest.append((token.text, token.start, self.binary(level + 1)))
        return self.made(Arithmetic(left.position, left, tuple(rest)))

    def comparison(self, left: SyntaxNode) -> SyntaxNode:
        """Read a comparison, `between`, `in` or `instance of` behind its left side."""
        token = self.token
        self.at += 1
        if token.text == "between":
            low = self.sum()
            self.expect("and")
            return self.made(Between(token.start, left, low, self.sum()))
        if token.text == "in":
            return self.made(In(token.start, left, self.in_tests()))
        if token.text == "instance":
            self.expect("of")
            return self.made(InstanceOf(token.start, left, self.type_()))
        return self.made(Compare(token.start, token.text, left, self.sum()))

    def in_tests(self) -> tuple[Test, ...]:
        """Read what stands behind `in`: one test, or several in brackets."""
        if self.sees("("):
            mark, names, depth = self.at, self.names, self.depth
            try:
                self.at += 1
                found = self.tests()
                self.expect(")")
            except SyntaxError_:  # the bracket opens a range or an expression
                self.at, self.names, self.depth = mark, names, depth
            else:
                if self.level() <= 2 and not self.sees("..", ".", "[", "("):
                    return found
                self.at = mark
        return (self.test(of_sum=True),)

    def tests(self) -> tuple[Test, ...]:
        """Read tests between commas."""
        found = [self.test()]
        while self.takes(","):
            found.append(self.test())
        return tuple(found)

    def test(self, *, of_sum: bool = False) -> Test:
        """Read one unary test."""
        token = self.token
        if self.takes(*SIGNS):
            return self.made(Test(token.start, token.text, self.sum()))
        return self.made(Test(token.start, "", self.sum() if of_sum else self.expression()))

    def negation(self) -> SyntaxNode:
        """Read `-a`."""
        start = self.token.start
        if not self.takes("-"):
            return self.postfix()
        self.depth += 1
        if self.depth > DEPTH:
            raise SyntaxError_("nested too deeply", start)
        found = self.made(Negate(start, self.negation()))
        self.depth -= 1
        return found

    def postfix(self) -> SyntaxNode:
        """Read paths, filters and calls behind a primary."""
        left = self.primary()
        for _ in range(_POSTFIX):
            token = self.token
            if token.kind != "op" or token.text not in {".", "[", "("}:
                return left
            if token.text == ".":
                self.at += 1
                left = self.made(Path(token.start, left, self.member()))
            elif token.text == "(":
                left = self.call(left)
            else:
                filtered = self.filter(left)
                if filtered is None:
                    return left
                left = filtered
        raise SyntaxError_("nested too deeply", self.token.start)

    def filter(self, left: SyntaxNode) -> SyntaxNode | None:
        """Read a filter; None where the bracket closes a range such as `[1..3[`."""
        mark, names, depth, start = self.at, self.names, self.depth, self.token.start
        self.at += 1
        self.names = Names(("item",), names)
        try:
            condition = self.expression()
            self.expect("]")
        except SyntaxError_:
            if not self.open_ranges:
                raise
            self.at, self.depth = mark, depth
            return None
        finally:
            self.names = names
        return self.made(Filter(start, left, condition))

    def call(self, target: SyntaxNode) -> SyntaxNode:
        """Read the arguments of a call, by position or by name."""
        position = self.token.start
        self.at += 1
        named: dict[str, SyntaxNode] = {}
        arguments: list[SyntaxNode] = []
        while not self.sees(")"):
            start, name = self.token.start, self.argument_name()
            if name in named:
                raise SyntaxError_(f"the argument {name!r} stands twice", start)
            if name:
                named[name] = self.expression()
            else:
                arguments.append(self.expression())
            if not self.takes(","):
                break
        self.expect(")")
        if named and arguments:
            raise SyntaxError_("named and positional arguments are mixed", position)
        return self.made(Call(position, target, tuple(arguments), tuple(named.items())))

    def argument_name(self) -> str:
        """Read `name:` of a named argument; empty when there is none."""
        if self.token.kind not in {"name", "quoted"}:
            return ""
        end = self.at
        while self.stream[end].kind in {"name", "number", "quoted"} or (
            self.stream[end].kind == "op" and self.stream[end].text in _IN_NAMES
        ):
            end += 1
        if self.stream[end].kind != "op" or self.stream[end].text != ":":
            return ""
        name = canonical(token.text for token in self.stream[self.at : end])
        self.at = end + 1
        return name
