"""Two versions of a DMN file: decisions, columns, and tables row by row."""

from collections.abc import Iterator, Sequence

from engine.difference import rows
from engine.difference.change import Area, Change
from engine.difference.tables import Column, Decision

_TEXTS = {"name", "documentation", "column.label"}


def compare(old: dict[str, Decision], new: dict[str, Decision]) -> Iterator[Change]:
    """Yield the differences, decision by decision; what is gone comes last."""
    for identifier, decision in new.items():
        before = old.get(identifier)
        if before is None:
            yield _change("decision.added", decision)
        else:
            yield from _changed(before, decision)
    for identifier, decision in old.items():
        if identifier not in new:
            yield _change("decision.removed", decision)


def _changed(before: Decision, after: Decision) -> Iterator[Change]:
    yield from _facts(after, before.facts, after.facts)
    pairs = _columns(before.columns, after.columns)
    for was, now in pairs:
        if was is not None and now is not None:
            yield from _facts(after, was.facts, now.facts, now.label)
        elif now is not None:
            yield _change("column.added", after, about=now.label)
        elif was is not None:
            yield _change("column.removed", after, about=was.label)
    for found in rows.compare(before, after, pairs):
        yield _change(
            found.kind, after, about=found.about, old=found.old, new=found.new, effect=found.effect
        )


def _facts(
    decision: Decision,
    old: dict[tuple[str, str], str],
    new: dict[tuple[str, str], str],
    column: str = "",
) -> Iterator[Change]:
    for kind, about in dict.fromkeys([*old, *new]):
        was, now = old.get((kind, about), ""), new.get((kind, about), "")
        if was != now:
            about = column or about
            effect = kind not in _TEXTS
            yield _change(kind, decision, about=about, old=was, new=now, effect=effect)


def _columns(
    old: Sequence[Column], new: Sequence[Column]
) -> list[tuple[Column | None, Column | None]]:
    """Pair columns by what they ask or answer, else by id."""
    left = list(old)
    pairs: list[tuple[Column | None, Column | None]] = []
    for likeness in (_same_content, _same_id):
        for now in new:
            if any(now is pair[1] for pair in pairs):
                continue
            was = next((each for each in left if likeness(each, now)), None)
            if was is not None:
                left.remove(was)
                pairs.append((was, now))
    known = [pair[1] for pair in pairs]
    pairs.sort(key=lambda pair: new.index(pair[1]) if pair[1] in new else 0)
    pairs += [(None, now) for now in new if not any(now is each for each in known)]
    return [*pairs, *((was, None) for was in left)]


def _same_content(one: Column, other: Column) -> bool:
    kinds = (("column", ""), ("column.expression", ""), ("column.name", ""))
    return all(one.facts.get(kind) == other.facts.get(kind) for kind in kinds)


def _same_id(one: Column, other: Column) -> bool:
    same_kind = one.facts["column", ""] == other.facts["column", ""]
    return bool(one.id) and one.id == other.id and same_kind


def _change(
    kind: str,
    decision: Decision,
    *,
    about: str = "",
    old: str = "",
    new: str = "",
    effect: bool = True,
) -> Change:
    return Change(
        kind,
        element=decision.id,
        name=decision.name or decision.id,
        type=decision.type,
        about=about,
        old=old,
        new=new,
        effect=effect,
        area=Area.DECISIONS if effect else Area.NONE,
    )
