"""The history of an instance as people read it: who did what, what moved, what was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.reads import Entry
from web.i18n.labels import label
from web.i18n.process_texts import process_text


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the history."""

    seq: int
    at: datetime
    actor: str
    what: str
    subject: str
    moves: tuple[tuple[str, str], ...]  # (state, name of the element)
    others: tuple[str, ...]
    wrote: tuple[str, ...]


def lines(history: list[Entry], names: Mapping[str, str]) -> list[Line]:
    """Return the history, newest first; `names` are those of elements by id."""
    return [_line(entry, names) for entry in reversed(history)]


def _line(entry: Entry, names: Mapping[str, str]) -> Line:
    def name(element: str) -> str:
        return process_text(names.get(element, element))

    items = entry.entries
    moves = [item for item in items if "element" in item and "state" in item]
    return Line(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        what=label(entry.command),
        subject=next((name(item["subject"]) for item in items if item.get("subject")), ""),
        moves=tuple((item["state"], name(item["element"])) for item in moves),
        others=tuple(
            f"{name(item['element'])}: {label(item['incident'])}"
            if "incident" in item
            else label(item["ended"])
            for item in items
            if "incident" in item or item.get("ended")
        ),
        wrote=tuple(str(item["variable"]) for item in items if "variable" in item),
    )
