"""Walks over the tokens of a text and counts the parts of its tree, within the caps."""

from typing import TypeVar

from engine.feel.lexer import Lexeme, SyntaxError_, tokens
from engine.feel.names import Names, canonical
from engine.feel.tree import SyntaxNode
from engine.limits import DEFAULT

DEPTH = 40  # expressions in each other; an interpreter's own stack is deeper
_N = TypeVar("_N", bound=SyntaxNode)


class Cursor:
    """Where the reading of one text stands."""

    def __init__(self, text: str, names: Names) -> None:
        if len(text) > DEFAULT.expression_characters:
            raise SyntaxError_(f"longer than {DEFAULT.expression_characters} characters", 0)
        self.stream = tokens(text)
        self.at = 0
        self.names = names
        self.depth = 0
        self.nodes = 0
        self.open_ranges = 0

    @property
    def token(self) -> Lexeme:
        """The token that is read next."""
        return self.stream[self.at]

    def sees(self, *texts: str) -> bool:
        """Return whether the next token is one of these signs or words."""
        token = self.token
        return token.kind in {"op", "name"} and token.text in texts

    def follows(self, text: str) -> bool:
        """Return whether the token after the next one is this sign."""
        if self.at + 1 >= len(self.stream):
            return False
        token = self.stream[self.at + 1]
        return token.kind == "op" and token.text == text

    def takes(self, *texts: str) -> bool:
        """Go past the next token if it is one of these."""
        if self.sees(*texts):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Go past a sign. Raises SyntaxError_ when something else stands there."""
        if not self.takes(text):
            raise SyntaxError_(f"expected {text!r}, found {self.found()}", self.token.start)

    def found(self) -> str:
        """Return the next token as an error names it."""
        return repr(self.token.text) if self.token.kind != "end" else "the end"

    def made(self, node: _N) -> _N:
        """Count a node of the tree. Raises SyntaxError_ when there are too many."""
        self.nodes += 1
        if self.nodes > DEFAULT.expression_nodes:
            raise SyntaxError_(f"more than {DEFAULT.expression_nodes} parts", node.position)
        return node

    def new_name(self, *closing: str) -> str:
        """Read a name that is declared here: all tokens up to one of the closing words."""
        start = self.at
        if self.token.kind == "quoted":
            self.at += 1
            return self.stream[start].text
        if self.token.kind != "name" or self.sees(*closing):
            raise SyntaxError_(f"expected a name, found {self.found()}", self.token.start)
        while self.token.kind in {"name", "number", "op"} and not self.sees(*closing):
            self.at += 1
        return canonical(token.text for token in self.stream[start : self.at])

    def known_name(self, count: int) -> str:
        """Read a name of so many tokens."""
        words = [token.text for token in self.stream[self.at : self.at + count]]
        self.at += count
        return canonical(words)

    def end(self) -> None:
        """Raise SyntaxError_ unless the text is at its end."""
        if self.token.kind != "end":
            raise SyntaxError_(f"unexpected {self.token.text!r}", self.token.start)

    def expression(self) -> SyntaxNode:
        """Read an expression; the parser knows how."""
        raise NotImplementedError

    def sum(self) -> SyntaxNode:
        """Read an expression that binds tighter than comparisons; the operators know how."""
        raise NotImplementedError
