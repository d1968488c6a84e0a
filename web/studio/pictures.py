"""What a diagram of a draft shows: what is different in it, and what no scenario comes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import definitions
from engine.difference import Change
from engine.scenarios import Result, coverage
from engine.scenarios.outcome import Visited
from web.studio import checks, names

AT_MOST = 3  # diagrams of one page


@dataclass(frozen=True, slots=True)
class Picture:
    """A diagram with marks: the file, and what `diagram.js` reads."""

    file: str
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of a process or table the scenarios came to."""

    name: str
    what: str
    percent: int
    missed: tuple[str, ...]
    picture: Picture | None


def changed(files: Mapping[str, bytes], changes: Iterable[Change]) -> list[Picture]:
    """Return the diagrams of the draft in which something happens differently."""
    found: dict[str, dict[str, str]] = {}
    for change in changes:
        if change.effect and change.element:
            mark = "added" if change.kind == "element.added" else "changed"
            found.setdefault(change.resource, {}).setdefault(change.element, mark)
    paths = {names.plain(name): name for name in files if names.editor(name) == "diagram"}
    marked = [(paths[each], marks) for each, marks in found.items() if each in paths]
    return [Picture(name, {"marks": marks, "selected": None}) for name, marks in marked[:AT_MOST]]


def covered(files: Mapping[str, bytes], results: Sequence[Result]) -> list[Covered]:
    """Return what the scenarios came to in each process and table of the draft."""
    resources = checks.resources(files)
    drawn = {each.id: each.resource_name for each in definitions.inspect(resources).processes}
    paths = {names.plain(name): name for name in files}
    visited = Visited()
    for result in results:
        visited.add(result.visited)
    found = []
    for one in coverage(resources, results):
        picture = None
        if one.what == "elements" and one.missed and one.name in drawn:
            state = {
                "marks": dict.fromkeys(one.missed, "missed"),
                "flows": sorted(visited.elements.get(one.name, ())),
                "selected": None,
            }
            picture = Picture(paths[drawn[one.name]], state)
        found.append(Covered(one.name, one.what, one.percent, one.missed, picture))
    return found
