"""All properties that there are: found by name, checked where they stand, told when misspelt."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from engine.model import Problem
from engine.properties import elements, process
from engine.properties.property import Place, Property
from engine.properties.values import problem

_ALIKE = 0.75


class Catalogue:
    """Properties by name; raise ValueError when two have one name."""

    def __init__(self, properties: Iterable[Property]) -> None:
        """Take the properties of the engine and of every subject."""
        self._known: dict[str, Property] = {}
        for each in properties:
            for name in (each.name, *each.former):
                if name in self._known:
                    raise ValueError(f"two properties are called '{name}'")
                self._known[name] = each

    def __iter__(self) -> Iterator[Property]:
        return iter({each.name: each for each in self._known.values()}.values())

    def get(self, name: str) -> Property | None:
        """Return the property of this name, in its present or a former spelling."""
        return self._known.get(name)

    def check(self, place: Place, properties: Mapping[str, str]) -> Iterator[Problem]:
        """Name what is wrong with the properties of one element."""
        for name, value in properties.items():
            known = self._known.get(name)
            if known is None:
                yield from self._misspelt(name)
            elif not known.may_stand(place):
                places = " or ".join(_a(each) for each in sorted(known.places))
                message = f"The property '{name}' has no effect at {_a(place)}."
                hint = f"Put it at {places}."
                yield Problem(message, "warning", rule="property-place", hint=hint)
            elif why := problem(known, value):
                message = f"The property '{name}' cannot be read: {why}."
                yield Problem(message, rule="property-value", hint=f"For example: {known.example}")

    def _misspelt(self, name: str) -> Iterator[Problem]:
        """Other names are free: drawings keep notes for other tools in properties."""
        plain = {_plain(known): known for known in self._known}
        found = get_close_matches(_plain(name), plain, 1, _ALIKE)
        if found:
            message = f"There is no property '{name}'."
            hint = f"Is it '{plain[found[0]]}'?"
            yield Problem(message, "warning", rule="property-name", hint=hint)


def _a(place: Place) -> str:
    return f"an {place}" if place[0] in "ae" else f"a {place}"


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


ENGINE = Catalogue(
    (
        *process.ABOUT,
        *process.PROCESSING,
        *process.STARTING,
        *process.ENDING,
        *elements.DEADLINES,
        *elements.PEOPLE,
        *elements.RECORDS,
    )
)
