"""Two versions of a form, field by field."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.difference.change import Change
from engine.difference.tree import squeezed
from engine.errors import Invalid

Fact = tuple[tuple[str, str], str]

_PLACE = {"id", "layout", "components", "key"}
_TEXTS = {
    "label", "description", "text", "content", "alt", "appearance", "dateLabel", "timeLabel",
    "title",
}  # fmt: skip
_TRANSLATED = ("label.", "description.", "text.", "content.")


@dataclass(frozen=True, slots=True)
class Field:
    """A component of a form."""

    id: str
    key: str  # name of its value, with the list or group around it
    type: str
    name: str
    facts: dict[tuple[str, str], str]


def compare(old: bytes, new: bytes) -> Iterator[Change]:
    """Yield the differences in the order of the new form; what is gone comes last."""
    before, after = list(_read(old)), list(_read(new))
    pairs = _match(before, after)
    for now in after:
        was = pairs.get(id(now))
        if was is None:
            yield _change("field.added", now)
        else:
            yield from _changed(was, now)
    kept = {id(was) for was in pairs.values()}
    for was in before:
        if id(was) not in kept:
            yield _change("field.removed", was)
    places = [before.index(pairs[id(now)]) for now in after if id(now) in pairs]
    if places != sorted(places):
        yield Change("field.order", type="form", effect=False)


def _read(content: bytes) -> Iterator[Field]:
    try:
        schema = json.loads(content)
    except ValueError as error:
        raise Invalid(f"The form is not JSON: {error}") from error
    if isinstance(schema, dict):
        yield from _fields(schema.get("components"), "")


def _fields(components: Any, path: str) -> Iterator[Field]:
    for each in components if isinstance(components, list) else ():
        if not isinstance(each, dict):
            continue
        key = str(each.get("key") or "")
        name = str(each.get("label") or key or each.get("text") or each.get("id") or "")
        facts = {k: v for k, v in _facts(each) if v}
        whole = f"{path}{key}" if key else ""
        yield Field(str(each.get("id") or ""), whole, str(each.get("type")), name[:80], facts)
        inside = str(each.get("path") or "")
        yield from _fields(each.get("components"), f"{path}{inside}." if inside else path)


def _facts(component: dict[str, Any]) -> Iterator[Fact]:
    for name, value in component.items():
        if name in _SPECIAL:
            yield from _SPECIAL[name](value)
        elif name in _TEXTS:
            yield ("field.text", name), _said(value)
        elif name not in _PLACE:
            yield ("field.type" if name == "type" else "field.setting", name), _said(value)


def _rules(value: Any) -> Iterator[Fact]:
    for rule, limit in value.items() if isinstance(value, dict) else ():
        yield ("field.rule", rule), _said(limit)


def _options(value: Any) -> Iterator[Fact]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            answer = str(each.get("value"))
            yield ("field.option", answer), str(each.get("label") or answer)


def _condition(value: Any) -> Iterator[Fact]:
    hide = value.get("hide") if isinstance(value, dict) else None
    yield ("field.hidden", ""), _said(hide)


def _properties(value: Any) -> Iterator[Fact]:
    for name, text in value.items() if isinstance(value, dict) else ():
        kind = "field.text" if name.startswith(_TRANSLATED) else "field.property"
        yield (kind, name), _said(text)


_SPECIAL: dict[str, Callable[[Any], Iterator[Fact]]] = {
    "validate": _rules,
    "values": _options,
    "conditional": _condition,
    "properties": _properties,
}


def _said(value: Any) -> str:
    if isinstance(value, str):
        return squeezed(value)
    return "" if value in (None, False) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _match(old: list[Field], new: list[Field]) -> dict[int, Field]:
    """Pair fields by the name of their value, else by id."""
    left = list(old)
    pairs: dict[int, Field] = {}
    for same in (_same_key, _same_id):
        for now in new:
            if id(now) in pairs:
                continue
            was = next((each for each in left if same(each, now)), None)
            if was is not None:
                left.remove(was)
                pairs[id(now)] = was
    return pairs


def _same_key(was: Field, now: Field) -> bool:
    return was.key == now.key != ""


def _same_id(was: Field, now: Field) -> bool:
    return was.id == now.id != "" and was.type == now.type


def _changed(was: Field, now: Field) -> Iterator[Change]:
    if was.key != now.key:
        yield _change("field.key", now, old=was.key, new=now.key)
    for kind, about in dict.fromkeys([*was.facts, *now.facts]):
        before, after = was.facts.get((kind, about), ""), now.facts.get((kind, about), "")
        if before == after:
            continue
        words_only = kind == "field.text" or (kind == "field.option" and bool(before and after))
        yield _change(kind, now, about=about, old=before, new=after, effect=not words_only)


def _change(
    kind: str, field: Field, *, about: str = "", old: str = "", new: str = "", effect: bool = True
) -> Change:
    return Change(
        kind,
        element=field.key or field.id,
        name=field.name,
        type=field.type,
        about=about,
        old=old,
        new=new,
        effect=effect,
    )
