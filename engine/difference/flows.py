"""Sequence flows of two versions: which is which, and what is different between them.

A new element on an arrow leaves the arrow what it was: it is followed through what was added, and
through what was removed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.difference.change import Change
from engine.difference.drawing import Drawing, Flow
from engine.difference.path import through

Pair = tuple[Flow, Flow]


@dataclass(slots=True)
class Flows:
    """The flows of both versions; old ends are named by the ids of the new version."""

    old: Drawing
    new: Drawing
    names: dict[str, str]
    pairs: list[Pair] = field(default_factory=list)
    redirected: list[Pair] = field(default_factory=list)
    gone: list[Flow] = field(default_factory=list)
    come: list[Flow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gone, self.come = list(self.old.flows), list(self.new.flows)
        self._same_ends()
        self._longer_ways()
        self._shorter_ways()
        self._redirected()

    @property
    def added(self) -> set[str]:
        """Ids of elements that only the new version has."""
        return set(self.new.elements) - set(self.names.values())

    @property
    def removed(self) -> set[str]:
        """Ids of elements that only the old version has."""
        return set(self.old.elements) - set(self.names)

    def ends(self, flow: Flow) -> tuple[str, str]:
        """Return the ends of an old flow by new ids; those that are gone get a mark."""
        return self._now(flow.source), self._now(flow.target)

    def _now(self, identifier: str) -> str:
        if identifier not in self.old.elements:  # an end that is not drawn, as some tools leave it
            return identifier
        return self.names.get(identifier, f"-{identifier}")

    def _pair(self, before: Flow, after: Flow) -> None:
        self.pairs.append((before, after))
        self.gone.remove(before)
        self.come.remove(after)

    def _same_ends(self) -> None:
        for likeness in (_same_id, _same_condition, _anything):
            for before in list(self.gone):
                for after in self.come:
                    if self.ends(before) == (after.source, after.target) and likeness(
                        before, after
                    ):
                        self._pair(before, after)
                        break

    def _longer_ways(self) -> None:
        """A → B has become A → new → B."""
        for before in list(self.gone):
            source, target = self.ends(before)
            way = through(self.come, source, target, self.added)
            if way:
                self._pair(before, way[0])
                self.come = [each for each in self.come if each not in way]

    def _shorter_ways(self) -> None:
        """A → old → B has become A → B."""
        back = {now: was for was, now in self.names.items()}
        for after in list(self.come):
            source, target = back.get(after.source, ""), back.get(after.target, "")
            way = through(self.gone, source, target, self.removed)
            if way:
                self._pair(way[0], after)
                self.gone = [each for each in self.gone if each not in way]

    def _redirected(self) -> None:
        for likeness in (_same_id, _same_condition):
            for before in list(self.gone):
                for after in self.come:
                    same_source = self._now(before.source) == after.source
                    if same_source and likeness(before, after) and self._lasting(before, after):
                        self.redirected.append((before, after))
                        self.gone.remove(before)
                        self.come.remove(after)
                        break

    def _lasting(self, before: Flow, after: Flow) -> bool:
        """Both targets are known in both versions: else the added or removed element says it."""
        return before.target not in self.removed and after.target not in self.added


def changes(flows: Flows) -> Iterator[Change]:
    """Yield what is different in the arrows."""
    swapped = _swapped(flows)
    for group in swapped:
        yield _swap(flows, group)
    done = [pair for group in swapped for pair in group]
    for pair in flows.pairs:
        if pair not in done:
            yield from _pair(flows, pair)
    for before, after in flows.redirected:
        was, now = flows.old.label(before.target), flows.new.label(after.target)
        yield _change("flow.redirected", flows.new, after, old=was, new=now)
        yield from _pair(flows, (before, after))
    yield from _lone(flows)


def _pair(flows: Flows, pair: Pair) -> Iterator[Change]:
    before, after = pair
    if before.when != after.when:
        yield _change(
            "flow.condition",
            flows.new,
            after,
            about=flows.new.label(after.target),
            old=before.when,
            new=after.when,
        )
    if before.name != after.name:
        target = flows.new.label(after.target)
        yield _change(
            "flow.name",
            flows.new,
            after,
            about=target,
            old=before.name,
            new=after.name,
            effect=False,
        )


def _lone(flows: Flows) -> Iterator[Change]:
    for flow in flows.come:
        known = flow.source not in flows.added and flow.target not in flows.added
        if known or (flow.when and flow.source not in flows.added):
            target = flows.new.label(flow.target)
            yield _change("flow.added", flows.new, flow, about=flow.when, new=target)
    for flow in flows.gone:
        if flow.source not in flows.removed and flow.target not in flows.removed:
            target = flows.old.label(flow.target)
            yield _change("flow.removed", flows.old, flow, about=flow.when, old=target)


def _swapped(flows: Flows) -> list[tuple[Pair, Pair]]:
    """Two arrows out of one element that have exchanged their conditions."""
    found: list[tuple[Pair, Pair]] = []
    taken: list[Pair] = []
    different = [pair for pair in flows.pairs if pair[0].when != pair[1].when]
    for at, one in enumerate(different):
        for other in different[at + 1 :]:
            crossed = (one[0].when, other[0].when) == (other[1].when, one[1].when)
            if one[1].source == other[1].source and crossed and not {*map(id, taken)} & {id(one)}:
                found.append((one, other))
                taken += [one, other]
    return found


def _swap(flows: Flows, group: tuple[Pair, Pair]) -> Change:
    (one, now), (other, then) = group
    label = flows.new.label
    was = f"{one.when} → {label(now.target)}, {other.when} → {label(then.target)}"
    new = f"{now.when} → {label(now.target)}, {then.when} → {label(then.target)}"
    return _change("flow.swapped", flows.new, now, old=was, new=new)


def _change(
    kind: str,
    drawing: Drawing,
    flow: Flow,
    *,
    about: str = "",
    old: str = "",
    new: str = "",
    effect: bool = True,
) -> Change:
    source = drawing.elements.get(flow.source)
    return Change(
        kind,
        element=flow.source,
        name=drawing.label(flow.source),
        type=source.type if source else "",
        about=about,
        old=old,
        new=new,
        effect=effect,
    )


def _same_id(before: Flow, after: Flow) -> bool:
    return before.id == after.id


def _same_condition(before: Flow, after: Flow) -> bool:
    return before.when == after.when


def _anything(_before: Flow, _after: Flow) -> bool:
    return True
