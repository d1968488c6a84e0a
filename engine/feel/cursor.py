"""Walks over the tokens of a text and makes the nodes of its tree, within the caps."""

from typing import Any

from engine.feel.lexer import SyntaxError_, Token, tokens
from engine.feel.names import Names, canonical
from engine.limits import DEFAULT

Node = tuple[Any, ...]
DEPTH = 150


class Cursor:
    """Where the reading of one text stands."""

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

    @property
    def token(self) -> Token:
        """The token that is read next."""
        return self.stream[self.at]

    def sees(self, *texts: str) -> bool:
        """Say whether the next token is one of these signs or words."""
        token = self.token
        return token.kind in {"op", "name"} and token.text in texts

    def takes(self, *texts: str) -> bool:
        """Go past the next token if it is one of these."""
        if self.sees(*texts):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Go past a sign. Raises SyntaxError_ when something else stands there."""
        if not self.takes(text):
            found = f"{self.token.text!r}" if self.token.kind != "end" else "the end"
            raise SyntaxError_(f"expected {text!r}, found {found}", self.token.start)

    def node(self, kind: str, position: int, *rest: Any) -> Node:
        """Make a node of the tree. Raises SyntaxError_ when there are too many."""
        self.nodes += 1
        if self.nodes > DEFAULT.expression_nodes:
            raise SyntaxError_(f"more than {DEFAULT.expression_nodes} parts", position)
        return (kind, position, *rest)

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

    def end(self) -> None:
        """Raise SyntaxError_ unless the text is at its end."""
        if self.token.kind != "end":
            raise SyntaxError_(f"unexpected {self.token.text!r}", self.token.start)

    def expression(self) -> Node:
        """Read an expression; the parser knows how."""
        raise NotImplementedError

    def textual(self) -> Node:
        """Read an expression without counting its depth; the parser knows how."""
        raise NotImplementedError

    def additive(self) -> Node:
        """Read a sum; the operators know how."""
        raise NotImplementedError
