"""Reads types: names, `list<…>`, `range<…>`, `context<…>` and `function<…> -> …`."""

from typing import Any

from engine.feel.cursor import DEPTH, Cursor
from engine.feel.lexer import Lexeme, SyntaxError_

_TWO_WORDS = (["time", "offset"], ["start", "included"], ["end", "included"])
_PARAMETRIC = {"list", "range", "context", "function"}


class TypeReader(Cursor):
    """Reads what stands behind `instance of` and behind parameters."""

    def type_(self) -> Any:
        """Read a type: a name, `list<…>`, `range<…>`, `context<…>` or `function<…> -> …`."""
        token = self.token
        if token.kind not in {"name", "quoted"}:
            raise SyntaxError_(f"expected a type, found {self.found()}", token.start)
        if token.text not in _PARAMETRIC or not self.follows("<"):
            return self.type_name()
        self.at += 2
        self.depth += 1
        if self.depth > DEPTH:
            raise SyntaxError_("nested too deeply", token.start)
        found = self.parametric(token.text)
        self.depth -= 1
        return found

    def parametric(self, kind: str) -> Any:
        """Read what stands between the angle brackets of a type."""
        if kind == "context":
            return (kind, self.entries())
        if kind == "function":
            return (kind, *self.signature())
        inner = self.type_()
        self.close()
        return (kind, inner)

    def close(self) -> None:
        """Go past the `>` of a type; in `list<number>=a` it is half of another sign."""
        token = self.token
        if token.kind == "op" and token.text == ">=":
            self.stream[self.at] = Lexeme("op", "=", token.start + 1, token.end)
            return
        self.expect(">")

    def entries(self) -> dict[str, Any]:
        """Read the entries of `context<name: type>`."""
        found = {}
        while not self.sees(">"):
            key = self.new_name(":")
            self.expect(":")
            found[key] = self.type_()
            if not self.takes(","):
                break
        self.close()
        return found

    def signature(self) -> tuple[tuple[Any, ...], Any]:
        """Read the types of the parameters and of the result of `function<…> -> …`."""
        parameters = []
        while not self.sees(">"):
            parameters.append(self.type_())
            if not self.takes(","):
                break
        self.close()
        self.expect("->")
        return tuple(parameters), self.type_()

    def type_name(self) -> str:
        """Read the name of a type, with dots where it is imported."""
        known = ("years and months duration", "days and time duration", "date and time")
        for name in known:
            words = name.split()
            if [t.text for t in self.stream[self.at : self.at + len(words)]] == words:
                self.at += len(words)
                return name
        name = self.known_name(max(self.names.longest(self.stream, self.at), 1))
        while self.sees(".") and self.stream[self.at + 1].kind in {"name", "quoted"}:
            self.at += 1
            name += "." + self.member()
        return name

    def member(self) -> str:
        """Read the name behind a dot."""
        if self.token.kind == "quoted":
            return self.known_name(1)
        if self.token.kind != "name":
            message = f"expected a name after the dot, found {self.found()}"
            raise SyntaxError_(message, self.token.start)
        count = max(self.names.longest(self.stream, self.at), self.special_member(), 1)
        return self.known_name(count)

    def special_member(self) -> int:
        """Return how many tokens a built-in property of two words has here."""
        following = self.stream[self.at : self.at + 2]
        words = [token.text for token in following]
        return 2 if words in _TWO_WORDS else 0
