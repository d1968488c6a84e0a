"""Reads FEEL into a tree of tuples `(kind, position, …)`; names are resolved by longest match."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from engine.feel.lexer import SyntaxError_, Token, tokens, unquote
from engine.limits import DEFAULT

Node = tuple[Any, ...]
_COMPARE = {"=", "!=", "<", "<=", ">", ">="}
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
_DEPTH = 150


class Names:
    """Names known in a scope, by their first word."""

    def __init__(self, known: Iterable[str] = (), outer: "Names | None" = None) -> None:
        self.outer = outer
        self.by_first: dict[str, list[tuple[str, ...]]] = {}
        for name in known:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known."""
        words = tuple(t.text for t in tokens(name)[:-1])
        if words:
            self.by_first.setdefault(words[0], []).append(words)

    def longest(self, stream: list[Token], at: int) -> int:
        """Answer how many tokens the longest known name here has; 0 when none is known."""
        best = self.outer.longest(stream, at) if self.outer else 0
        for words in self.by_first.get(stream[at].text, ()):
            if (
                len(words) > best
                and all(
                    stream[at + i].text == word
                    for i, word in enumerate(words)
                    if at + i < len(stream)
                )
                and at + len(words) < len(stream)
            ):
                best = len(words)
        return best


def canonical(parts: Iterable[str]) -> str:
    """Answer the one way a name of several tokens is written."""
    text = ""
    for part in parts:
        glue = (
            text
            and (text[-1].isalnum() or text[-1] in "_?")
            and (part[0].isalnum() or part[0] in "_?")
        )
        text += (" " if glue else "") + part
    return text


class Parser:
    """A recursive descent over the tokens of one text."""

    def __init__(self, text: str, names: Names) -> None:
        if len(text) > DEFAULT.expression_characters:
            raise SyntaxError_(f"longer than {DEFAULT.expression_characters} characters", 0)
        self.text = text
        self.stream = tokens(text)
        self.at = 0
        self.names = names
        self.depth = 0
        self.nodes = 0
        self.open_ranges = 0

    # -- helpers

    @property
    def token(self) -> Token:
        return self.stream[self.at]

    def sees(self, *texts: str) -> bool:
        token = self.token
        return token.kind in {"op", "name"} and token.text in texts

    def takes(self, *texts: str) -> bool:
        if self.sees(*texts):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.takes(text):
            found = f"{self.token.text!r}" if self.token.kind != "end" else "the end"
            raise SyntaxError_(f"expected {text!r}, found {found}", self.token.start)

    def node(self, kind: str, position: int, *rest: Any) -> Node:
        self.nodes += 1
        if self.nodes > DEFAULT.expression_nodes:
            raise SyntaxError_(f"more than {DEFAULT.expression_nodes} parts", position)
        return (kind, position, *rest)

    # -- entry points

    def whole(self) -> Node:
        """Read one expression up to the end of the text."""
        found = self.expression()
        if self.takes(".."):  # an iteration context, as boxed iterators hold it
            found = self.node("for_range", found[1], found, self.expression())
        self.end()
        return found

    def end(self) -> None:
        if self.token.kind != "end":
            raise SyntaxError_(f"unexpected {self.token.text!r}", self.token.start)

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

    def tests(self, closing: str) -> list[Node]:
        found = [self.test()]
        while self.takes(","):
            found.append(self.test())
        if closing and not self.sees(closing):
            self.expect(closing)
        return found

    def test(self) -> Node:
        start = self.token.start
        for sign in ("<=", ">=", "<", ">", "!=", "="):
            if self.takes(sign):
                return self.node("test_op", start, sign, self.additive())
        return self.node("test", start, self.expression())

    # -- expressions

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > _DEPTH:
            raise SyntaxError_("nested too deeply", self.token.start)
        try:
            return self.textual()
        finally:
            self.depth -= 1

    def textual(self) -> Node:
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
        start = self.token.start
        self.expect("if")
        condition = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return self.node("if", start, condition, yes, self.expression())

    def iterators(self, closing: str) -> list[tuple[str, Node]]:
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
        start = self.token.start
        self.expect("for")
        self.names = Names(("partial",), self.names)
        iterators = self.iterators("return")
        body = self.expression()
        self.names = self.names.outer or self.names
        return self.node("for", start, iterators, body)

    def quantified(self) -> Node:
        start, kind = self.token.start, self.token.text
        self.at += 1
        self.names = Names((), self.names)
        iterators = self.iterators("satisfies")
        body = self.expression()
        self.names = self.names.outer or self.names
        return self.node(kind, start, iterators, body)

    def new_name(self, *closing: str) -> str:
        """Read a name that is declared here: all tokens up to one of the closing words."""
        start = self.at
        while self.token.kind != "end" and not (self.sees(*closing) and self.at > start):
            if self.token.kind not in {"name", "number", "op"}:
                break
            self.at += 1
        if self.at == start or self.stream[start].kind != "name":
            raise SyntaxError_("expected a name", self.token.start)
        return canonical(t.text for t in self.stream[start : self.at])

    def disjunction(self) -> Node:
        left = self.conjunction()
        while self.sees("or"):
            position = self.token.start
            self.at += 1
            left = self.node("or", position, left, self.conjunction())
        return left

    def conjunction(self) -> Node:
        left = self.comparison()
        while self.sees("and"):
            position = self.token.start
            self.at += 1
            left = self.node("and", position, left, self.comparison())
        return left

    def comparison(self) -> Node:
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
        for sign in ("<=", ">=", "<", ">", "!=", "="):
            if self.takes(sign):
                return [self.node("test_op", start, sign, self.additive())]
        return [self.node("test", start, self.additive())]

    def additive(self) -> Node:
        left = self.multiplicative()
        while self.token.kind == "op" and self.token.text in {"+", "-"}:
            token = self.token
            self.at += 1
            left = self.node("arith", token.start, token.text, left, self.multiplicative())
        return left

    def multiplicative(self) -> Node:
        left = self.power()
        while self.token.kind == "op" and self.token.text in {"*", "/"}:
            token = self.token
            self.at += 1
            left = self.node("arith", token.start, token.text, left, self.power())
        return left

    def power(self) -> Node:
        left = self.negation()
        while self.sees("**"):
            position = self.token.start
            self.at += 1
            left = self.node("arith", position, "**", left, self.negation())
        return left

    def negation(self) -> Node:
        if self.sees("-"):
            position = self.token.start
            self.at += 1
            self.depth += 1
            if self.depth > _DEPTH:
                raise SyntaxError_("nested too deeply", position)
            found = self.node("negate", position, self.negation())
            self.depth -= 1
            return found
        return self.postfix()

    def postfix(self) -> Node:
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

    def member(self) -> str:
        if self.token.kind != "name":
            raise SyntaxError_("expected a name after the dot", self.token.start)
        count = max(self.names.longest(self.stream, self.at), self.special_member(), 1)
        words = [t.text for t in self.stream[self.at : self.at + count]]
        self.at += count
        return canonical(words)

    def special_member(self) -> int:
        for words in (("time", "offset"), ("start", "included"), ("end", "included")):
            if all(
                self.stream[min(self.at + i, len(self.stream) - 1)].text == w
                for i, w in enumerate(words)
            ):
                return 2
        return 0

    def call(self, target: Node) -> Node:
        position = self.token.start
        self.expect("(")
        named: dict[str, Node] = {}
        arguments: list[Node] = []
        while not self.sees(")"):
            name = self.argument_name()
            if name:
                named[name] = self.expression()
            else:
                arguments.append(self.argument())
            if not self.takes(","):
                break
        self.expect(")")
        if named and arguments:
            raise SyntaxError_("named and positional arguments are mixed", position)
        return self.node("call", position, target, arguments, named)

    def argument(self) -> Node:
        return self.expression()

    def argument_name(self) -> str:
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

    # -- primaries

    def primary(self) -> Node:
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
        token = self.token
        self.at += 1
        if token.text == "(":
            start = self.token.start
            for sign in ("<=", ">=", "<", ">", "!=", "="):
                if self.takes(sign):
                    value = self.additive()
                    self.expect(")")
                    return self.node("unary_range", start, sign, value)
        elif token.text == "[" and self.takes("]"):
            return self.node("list", token.start, [])
        first = self.expression()
        if self.takes(".."):
            self.open_ranges += 1
            last = self.expression()
            self.open_ranges -= 1
            if not self.sees(")", "]", "["):
                self.expect("]")
            closing = self.token.text
            self.at += 1
            return self.node("range", token.start, token.text == "[", first, last, closing == "]")
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

    def context(self) -> Node:
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

    # -- types

    def type_(self) -> Any:
        """Read a type: a name, `list<…>`, `range<…>`, `context<…>` or `function<…> -> …`."""
        token = self.token
        if token.kind != "name":
            raise SyntaxError_("expected a type", token.start)
        following = self.stream[self.at + 1].text
        if token.text in {"list", "range"} and following == "<":
            self.at += 2
            inner = self.type_()
            self.expect(">")
            return (token.text, inner)
        if token.text == "context" and following == "<":
            self.at += 2
            entries = {}
            while not self.sees(">"):
                key = self.new_name(":")
                self.expect(":")
                entries[key] = self.type_()
                if not self.takes(","):
                    break
            self.expect(">")
            return ("context", entries)
        if token.text == "function" and following == "<":
            self.at += 2
            parameters = []
            while not self.sees(">"):
                parameters.append(self.type_())
                if not self.takes(","):
                    break
            self.expect(">")
            self.expect("->")
            return ("function", tuple(parameters), self.type_())
        return self.type_name()

    def type_name(self) -> str:
        known = ("years and months duration", "days and time duration", "date and time")
        for name in known:
            words = name.split()
            if [t.text for t in self.stream[self.at : self.at + len(words)]] == words:
                self.at += len(words)
                return name
        count = max(self.names.longest(self.stream, self.at), 1)
        words = [t.text for t in self.stream[self.at : self.at + count]]
        self.at += count
        name = canonical(words)
        while self.sees(".") and self.stream[self.at + 1].kind == "name":
            self.at += 1
            name += "." + self.member()
        return name


def number(text: str) -> Any:
    """Answer a number literal: an int where it is whole, else a Decimal of 34 digits."""
    if text.isdigit() and len(text) <= 34:
        return int(text)
    return +Decimal(text)
