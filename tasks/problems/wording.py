"""What the words of a complaint say about category, cause and what is at stake. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.text.normal import search_form


@dataclass(frozen=True, slots=True)
class CauseWords:
    """The words by which people complain about a cause."""

    cause_id: int
    category: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is likely about; `share` of the words that stood out speak for the category."""

    category: str | None = None
    cause_id: int | None = None
    share: float = 0.0
    alarm: str = "none"
    keywords: tuple[str, ...] = field(default=())


def read(text: str, causes: Iterable[CauseWords], alarms: Mapping[str, Iterable[str]]) -> Reading:
    """Return what the keywords say; words are found in every form that begins with them."""
    found = _Text(text)
    by_category: Counter[str] = Counter()
    by_cause: Counter[int] = Counter()
    said: list[str] = []
    for cause in causes:
        hits = [word for word in cause.words if found.has(word)]
        by_category[cause.category] += len(hits)
        by_cause[cause.cause_id] += len(hits)
        said += hits
    alarm, words = _alarm(found, alarms)
    keywords = tuple(dict.fromkeys([*words, *said]))
    if not said:
        return Reading(alarm=alarm, keywords=keywords)
    category, most = by_category.most_common(1)[0]
    first, second = [*(n for _, n in by_cause.most_common(2)), 0][:2]
    likely = by_cause.most_common(1)[0][0] if first > second else None
    return Reading(category, likely, most / by_category.total(), alarm, keywords)


class _Text:
    def __init__(self, text: str) -> None:
        self.whole = f" {search_form(text)}"

    def has(self, word: str) -> bool:
        """Tell whether a word of the text begins so."""
        return f" {search_form(word)}" in self.whole


def _alarm(text: _Text, alarms: Mapping[str, Iterable[str]]) -> tuple[str, list[str]]:
    for alarm, words in alarms.items():
        if hits := [word for word in words if text.has(word)]:
            return alarm, hits
    return "none", []
