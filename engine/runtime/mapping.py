"""Guess which element of a new version is which of the old one, for people to look over."""

from collections import Counter
from typing import Any

from engine.definitions import Definition


def suggest(definition: Definition, target: Definition) -> dict[str, str]:
    """Map the elements whose ids are gone to the one of the same type, name and subprocess.

    Elements that keep their id need no mapping. What is not plain is left out: no name, or several
    of that name.
    """
    gone = {name: each for name, each in _elements(definition).items() if name not in _ids(target)}
    new = {name: each for name, each in _elements(target).items() if name not in _ids(definition)}
    names: dict[str, str] = {}
    # From the outside in: what is inside a renamed subprocess is compared with the new one's.
    for name, spec in sorted(gone.items(), key=lambda item: item[1].depth):
        wanted = _signature(spec, names)
        found = [other for other, each in new.items() if _signature(each, {}) == wanted]
        alike = Counter(_signature(each, names) for each in gone.values())
        if spec.bpmn_name and len(found) == 1 and alike[wanted] == 1:
            names[name] = found[0]
    return names


def _signature(spec: Any, names: dict[str, str]) -> tuple[str, str, str, bool]:
    inside = names.get(spec.inside, spec.inside)
    return spec.api_type, spec.bpmn_name or "", inside, spec.loop is not None


def _elements(definition: Definition) -> dict[str, Any]:
    return {spec.name: spec for spec in definition.spec.nodes()}


def _ids(definition: Definition) -> set[str]:
    return set(_elements(definition))
