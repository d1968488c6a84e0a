"""Two sets of files: diagrams by their processes, tables by decisions, forms by their id."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.difference import bpmn, dmn, drawing, form, tables
from engine.difference.change import Change
from engine.errors import Invalid
from engine.model import Resource

_KINDS = {"bpmn": "bpmn", "bpmn2": "bpmn", "dmn": "dmn", "form": "form"}


def compare(old: Sequence[Resource], new: Sequence[Resource]) -> list[Change]:
    """Return what is different, file by file in the order of `new`; files gone come last.

    A file that cannot be read is one change of its own.
    """
    found: list[Change] = []
    left = list(old)
    for after in new:
        before = _before(left, after)
        if before is None:
            found.append(Change("file.added", after.name, name=after.name, effect=_runs(after)))
            continue
        left.remove(before)
        found += [replace(change, resource=after.name) for change in _file(before, after)]
    found += [
        Change("file.removed", each.name, name=each.name, effect=_runs(each)) for each in left
    ]
    return found


def _before(old: Sequence[Resource], new: Resource) -> Resource | None:
    """The same file of the old version: by name, else by what it defines."""
    same = [each for each in old if each.name == new.name]
    if same:
        return same[0]
    kind, defines = _kind(new), _defines(new)
    alike = [each for each in old if _kind(each) == kind and _defines(each) & defines]
    return alike[0] if alike else None


def _file(before: Resource, after: Resource) -> Iterator[Change]:
    if before.content == after.content:
        return
    kind = _kind(after)
    try:
        if kind == "bpmn":
            was = drawing.read(before.content, before.name)
            yield from bpmn.compare(was, drawing.read(after.content, after.name))
        elif kind == "dmn":
            yield from dmn.compare(tables.read(before.content), tables.read(after.content))
        elif kind == "form":
            yield from form.compare(before.content, after.content)
        else:
            yield Change("file.changed", name=after.name, effect=_runs(after))
    except Invalid as error:
        yield Change("file.unreadable", name=after.name, new=error.message)


def _kind(resource: Resource) -> str:
    suffix = resource.name.lower().removesuffix(".xml").rpartition(".")[2]
    return _KINDS.get(suffix, "")


def _runs(resource: Resource) -> bool:
    """Whether a file takes part in what happens; scenarios and texts do not."""
    return resource.name.rpartition(".")[2].lower() not in {"toml", "md"}


def _defines(resource: Resource) -> set[str]:
    try:
        if _kind(resource) == "bpmn":
            read = drawing.read(resource.content, resource.name)
            return {each.id for each in read.elements.values() if each.type == "process"}
        if _kind(resource) == "dmn":
            return set(tables.read(resource.content))
        if _kind(resource) == "form":
            schema = json.loads(resource.content)
            return {str(schema.get("id"))} if isinstance(schema, dict) else set()
    except (Invalid, ValueError):
        pass
    return set()
