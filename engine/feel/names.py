"""Names known in a scope: FEEL names hold spaces and signs, so the longest known one wins."""

from collections.abc import Iterable

from engine.feel.lexer import Token, tokens


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
