"""Reads types: names, `list<…>`, `range<…>`, `context<…>` and `function<…> -> …`."""

from typing import Any

from engine.feel.cursor import Cursor
from engine.feel.lexer import SyntaxError_
from engine.feel.names import canonical

_PARAMETRIC = {"list", "range", "context", "function"}


class TypeReader(Cursor):
    """Reads what stands behind `instance of` and behind parameters."""

    def type_(self) -> Any:
        """Read a type: a name, `list<…>`, `range<…>`, `context<…>` or `function<…> -> …`."""
        token = self.token
        if token.kind != "name":
            raise SyntaxError_("expected a type", token.start)
        if token.text not in _PARAMETRIC or self.stream[self.at + 1].text != "<":
            return self.type_name()
        self.at += 2
        if token.text == "context":
            return ("context", self.entries())
        if token.text == "function":
            return ("function", *self.signature())
        inner = self.type_()
        self.expect(">")
        return (token.text, inner)

    def entries(self) -> dict[str, Any]:
        """Read the entries of `context<name: type>`."""
        found = {}
        while not self.sees(">"):
            key = self.new_name(":")
            self.expect(":")
            found[key] = self.type_()
            if not self.takes(","):
                break
        self.expect(">")
        return found

    def signature(self) -> tuple[tuple[Any, ...], Any]:
        """Read the types of the parameters and of the result of `function<…> -> …`."""
        parameters = []
        while not self.sees(">"):
            parameters.append(self.type_())
            if not self.takes(","):
                break
        self.expect(">")
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
        count = max(self.names.longest(self.stream, self.at), 1)
        words = [t.text for t in self.stream[self.at : self.at + count]]
        self.at += count
        name = canonical(words)
        while self.sees(".") and self.stream[self.at + 1].kind == "name":
            self.at += 1
            name += "." + self.member()
        return name

    def member(self) -> str:
        """Read the name behind a dot."""
        if self.token.kind != "name":
            raise SyntaxError_("expected a name after the dot", self.token.start)
        count = max(self.names.longest(self.stream, self.at), self.special_member(), 1)
        words = [t.text for t in self.stream[self.at : self.at + count]]
        self.at += count
        return canonical(words)

    def special_member(self) -> int:
        """Answer how many tokens a built-in property of two words has here."""
        for words in (("time", "offset"), ("start", "included"), ("end", "included")):
            if all(
                self.stream[min(self.at + i, len(self.stream) - 1)].text == w
                for i, w in enumerate(words)
            ):
                return 2
        return 0
