"""Differences between versions as sentences in the reader's language, grouped as people look."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_babel import gettext as _

from engine.difference import Change
from web.i18n.labels import label
from web.i18n.process_texts import process_text
from web.studio.labels import LABELS, SENTENCES


@dataclass(slots=True)
class Group:
    """What is different at one element, decision or field."""

    file: str
    element: str
    title: str
    lines: list[str] = field(default_factory=list)


def grouped(changes: Iterable[Change]) -> list[Group]:
    """Return the changes as groups of sentences, in their order."""
    found: dict[tuple[str, str, str], Group] = {}
    for change in changes:
        key = (change.resource, change.type, change.element)
        group = found.setdefault(key, Group(change.resource, change.element, title(change)))
        group.lines.append(sentence(change))
    return list(found.values())


def lines(changes: Iterable[Change]) -> list[str]:
    """Return each change as one line that says where it is."""
    return [f"{title(change)}: {sentence(change)}" for change in changes]


def title(change: Change) -> str:
    """Return what is changed: the name as drawn, and what kind of thing it is."""
    name = process_text(change.name)
    kind = _kind(change.type)
    if not name or name == change.resource:
        return kind or change.resource
    return f"{name} ({kind})" if kind else name


def sentence(change: Change) -> str:
    """Return what is different, in words."""
    values = {
        "about": process_text(change.about),
        "old": process_text(change.old),
        "new": process_text(change.new),
    }
    if change.kind in SENTENCES:
        return str(SENTENCES[change.kind]) % values
    if change.kind.startswith("element."):
        return _lone(change, values)
    if change.kind in {"flow.added", "flow.removed"}:
        return _flow(change, values)
    what = str(LABELS.get(change.kind, change.kind)) % values
    return _value(what, values["old"], values["new"])


def _value(what: str, old: str, new: str) -> str:
    if old and new:
        return str(_("%(what)s: was “%(old)s”, is now “%(new)s”", what=what, old=old, new=new))
    if new:
        return str(_("%(what)s: new, “%(new)s”", what=what, new=new))
    return str(_("%(what)s: no longer, was “%(old)s”", what=what, old=old))


def _lone(change: Change, values: dict[str, str]) -> str:
    added = change.kind == "element.added"
    if values["old"] and values["new"]:
        text = _("New, after “%(old)s” and before “%(new)s”.", **_ends(values))
        gone = _("Gone; it stood after “%(old)s” and before “%(new)s”.", **_ends(values))
    elif values["old"]:
        text = _("New, after “%(old)s”.", old=values["old"])
        gone = _("Gone; it stood after “%(old)s”.", old=values["old"])
    elif values["new"]:
        text = _("New, before “%(new)s”.", new=values["new"])
        gone = _("Gone; it stood before “%(new)s”.", new=values["new"])
    else:
        text, gone = _("New."), _("Gone.")
    return str(text if added else gone)


def _ends(values: dict[str, str]) -> dict[str, str]:
    return {"old": values["old"], "new": values["new"]}


def _flow(change: Change, values: dict[str, str]) -> str:
    target = values["new"] or values["old"]
    if change.kind == "flow.added":
        text = _("New way to “%(target)s”", target=target)
    else:
        text = _("The way to “%(target)s” is gone", target=target)
    if change.about == "default":
        return f"{text} ({_('if nothing else fits')})."
    return f"{text} ({change.about})." if change.about else f"{text}."


def _kind(name: str) -> str:
    """Return what people call a kind of element."""
    snake = "".join(f"_{letter}" if letter.isupper() else letter for letter in name).upper()
    return label(snake) if name else ""
