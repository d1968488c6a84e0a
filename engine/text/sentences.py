"""Sentences with values in them, kept as one English text and shown in any language.

Records, variables and incidents keep what was said in English. `sentence` makes such a text from a
template; `Sentences` finds the template again by its words, so that a page can say the translated
one with the same values.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 2_000
_PLACE = re.compile(r"\{([1-9])\}")


def sentence(template: str, *values: object) -> str:
    """Return the template with its places {1}, {2} … filled.

    Templates are literals: `peyvand texts` collects them for translation.
    """
    return _PLACE.sub(lambda place: str(values[int(place[1]) - 1]), template)


@dataclass(frozen=True, slots=True)
class Said:
    """A text as its template and the values in it, first place first."""

    template: str
    values: tuple[str, ...]


class Sentences:
    """The templates that are known, by their words."""

    def __init__(self, templates: Iterable[str]) -> None:
        """Take templates; those without a place are of no use here."""
        with_places = [template for template in templates if _PLACE.search(template)]
        # what says most comes first: “{1} is late” must not hide “The task {1} is late”
        self._known = sorted(map(_known, with_places), key=lambda known: -len(known[0]))

    def find(self, text: str) -> Said | None:
        """Return what was said; None when no template has made this text."""
        if len(text) > LONGEST:
            return None
        for template, longest, pattern, places in self._known:
            if longest in text and (found := pattern.fullmatch(text)) is not None:
                values = dict(zip(places, found.groups(), strict=True))
                return Said(template, tuple(values[place] for place in sorted(values)))
        return None


def _known(template: str) -> tuple[str, str, re.Pattern[str], tuple[int, ...]]:
    """Return the template, its longest words, what it can look like, and its places in order."""
    literals = _PLACE.split(template)[::2]
    places: list[int] = []
    pattern = ""
    for literal, number in zip(literals, [*_PLACE.findall(template), ""], strict=True):
        pattern += re.escape(literal)
        if number and int(number) in places:
            pattern += rf"(?P=_{number})"
        elif number:
            places.append(int(number))
            pattern += rf"(?P<_{number}>.+?)"
    return template, max(literals, key=len), re.compile(pattern, re.DOTALL), tuple(places)
