"""Which element of the new version is which of the old one: by id, else by what it is."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from engine.difference.drawing import Drawing, Element


def match(old: Drawing, new: Drawing) -> dict[str, str]:
    """Return {old id: new id} for the elements of both versions."""
    pairs = {identifier: identifier for identifier in old.elements if identifier in new.elements}
    for key in (_all_of_it, _type_and_name):
        gone = [each for each in old.elements.values() if each.id not in pairs]
        taken = set(pairs.values())
        come = [each for each in new.elements.values() if each.id not in taken]
        pairs |= _unique(gone, come, key)
    return pairs


def _unique(
    gone: Iterable[Element], come: Iterable[Element], key: Callable[[Element], Hashable | None]
) -> dict[str, str]:
    before, after = _grouped(gone, key), _grouped(come, key)
    return {
        found[0].id: after[name][0].id
        for name, found in before.items()
        if len(found) == 1 and len(after.get(name, ())) == 1
    }


def _grouped(
    elements: Iterable[Element], key: Callable[[Element], Hashable | None]
) -> dict[Hashable, list[Element]]:
    found: dict[Hashable, list[Element]] = defaultdict(list)
    for each in elements:
        if (name := key(each)) is not None:
            found[name].append(each)
    return found


def _all_of_it(element: Element) -> Hashable | None:
    places = {"scope", "attached"}
    own = {key: value for key, value in element.facts.items() if key[0] not in places}
    return (element.type, element.name, frozenset(own.items())) if element.name else None


def _type_and_name(element: Element) -> Hashable | None:
    return (element.type, element.name) if element.name else None
