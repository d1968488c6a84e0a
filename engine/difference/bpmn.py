"""Two versions of a diagram: elements added, removed and changed, arrows, and their order."""

from collections.abc import Iterator

from engine.difference import flows
from engine.difference.change import Area, Change
from engine.difference.drawing import NOTES, Drawing, Element
from engine.difference.flows import Flows
from engine.difference.matching import match

_TEXTS = {"name", "documentation", "lane"}
_REFERENCES = {"scope", "attached", "compensates", "handler"}
_SILENT = {"scope"}  # of an element that was added or removed: its place says it
_AREAS = {
    "script": Area.SCRIPTS,
    "script.result": Area.SCRIPTS,
    "job": Area.SERVICE_TASKS,
    "job.retries": Area.SERVICE_TASKS,
    "job.priority": Area.SERVICE_TASKS,
    "header": Area.SERVICE_TASKS,
    "listener": Area.SERVICE_TASKS,
    "decides": Area.DECISIONS,
    "decides.result": Area.DECISIONS,
    "decides.binding": Area.DECISIONS,
    "assignee": Area.ROLES,
    "groups": Area.ROLES,
    "users": Area.ROLES,
}
_ROLE_PROPERTIES = {"start.groups", "escalate.to", "not.by", "assign", "skills", "owner"}
_ORDERED = {"exclusiveGateway"}  # the first condition that holds wins


def compare(old: Drawing, new: Drawing) -> Iterator[Change]:
    """Yield the differences in the order of the new diagram; what is gone comes last."""
    names = match(old, new)
    back = {now: was for was, now in names.items()}
    arrows = Flows(old, new, names)
    for element in new.elements.values():
        if element.id in back:
            yield from _changed(old, new, old.elements[back[element.id]], element, names)
        else:
            yield _lone("element.added", new, element)
    yield from flows.changes(arrows)
    yield from _orders(arrows)
    for element in old.elements.values():
        if element.id not in names:
            yield _lone("element.removed", old, element)


def _changed(
    old: Drawing, new: Drawing, before: Element, after: Element, names: dict[str, str]
) -> Iterator[Change]:
    if before.id != after.id:
        yield _change("id", after, old=before.id, new=after.id, effect=False)
    for kind, about in dict.fromkeys([*before.facts, *after.facts]):
        was, now = before.facts.get((kind, about), ""), after.facts.get((kind, about), "")
        if kind in _REFERENCES:
            if names.get(was, was) == now:
                continue
            was, now = old.label(was) if was else "", new.label(now) if now else ""
        if was != now:
            yield _change(
                kind,
                after,
                about=about,
                old=was,
                new=now,
                effect=kind not in _TEXTS and after.type not in NOTES,
                area=_area(kind, about, before, after),
            )


def _area(kind: str, about: str, *elements: Element) -> Area:
    if kind == "property":
        return Area.ROLES if about in _ROLE_PROPERTIES else Area.NONE
    if kind in {"input", "output"} and any(("job", "") in each.facts for each in elements):
        return Area.SERVICE_TASKS
    return _AREAS.get(kind, Area.NONE)


def _lone(kind: str, drawing: Drawing, element: Element) -> Change:
    """An element that only one version has, with what stands before and after it there."""
    before = [drawing.label(flow.source) for flow in drawing.flows if flow.target == element.id]
    after = [drawing.label(flow.target) for flow in drawing.flows if flow.source == element.id]
    if attached := element.facts.get(("attached", "")):
        before = [drawing.label(attached)]
    areas = {_area(kind, about, element) for kind, about in element.facts} - {Area.NONE}
    return _change(
        kind,
        element,
        old=", ".join(before),
        new=", ".join(after),
        effect=element.type not in NOTES,
        area=next((area for area in Area if area in areas), Area.NONE),
    )


def _orders(arrows: Flows) -> Iterator[Change]:
    """Conditions of an exclusive gateway are asked in the order of the file."""
    for element in arrows.new.elements.values():
        if element.type not in _ORDERED:
            continue
        mine = [pair for pair in arrows.pairs if pair[1].source == element.id and pair[1].condition]
        same = [pair for pair in mine if pair[0].when == pair[1].when]
        before = sorted(same, key=lambda pair: arrows.old.flows.index(pair[0]))
        after = sorted(same, key=lambda pair: arrows.new.flows.index(pair[1]))
        if before != after:
            was, now = (", ".join(pair[1].condition for pair in each) for each in (before, after))
            yield _change("flow.order", element, old=was, new=now)


def _change(
    kind: str,
    element: Element,
    *,
    about: str = "",
    old: str = "",
    new: str = "",
    effect: bool = True,
    area: Area = Area.NONE,
) -> Change:
    return Change(
        kind,
        element=element.id,
        name=element.label,
        type=element.type,
        about=about,
        old=old,
        new=new,
        effect=effect,
        area=area,
    )
