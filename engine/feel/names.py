"""Names known in a scope: FEEL names hold spaces and signs, so the longest known one wins."""

from collections.abc import Iterable

from engine.feel.lexer import Lexeme, SyntaxError_, tokens


class Names:
    """Names known in a scope, by their first word."""

    def __init__(self, known: Iterable[str] = (), outer: "Names | None" = None) -> None:
        self.outer = outer
        self.by_first: dict[str, list[tuple[str, ...]]] = {}
        for name in known:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known; a key that cannot be written as a name is not."""
        try:
            words = tuple(token.text for token in tokens(name)[:-1])
        except SyntaxError_:
            return
        if words:
            self.by_first.setdefault(words[0], []).append(words)

    def longest(self, stream: list[Lexeme], at: int) -> int:
        """Return how many tokens the longest known name here has; 0 when none is known."""
        best = self.outer.longest(stream, at) if self.outer else 0
        for words in self.by_first.get(stream[at].text, ()):
            count = len(words)
            if count > best and at + count < len(stream) and _same(stream, at, words):
                best = count
        return best


def _same(stream: list[Lexeme], at: int, words: tuple[str, ...]) -> bool:
    return all(stream[at + index].text == word for index, word in enumerate(words))


def canonical(parts: Iterable[str]) -> str:
    """Return the one way a name of several tokens is written."""
    text = ""
    for part in parts:
        text += (" " if text and _wordy(text[-1]) and _wordy(part[0]) else "") + part
    return text


def _wordy(character: str) -> bool:
    return character.isalnum() or character in "_?"
