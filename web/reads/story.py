"""The story that `peyvand demo play` tells: what was played, in a file both processes share."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

TOLD, WANTED = "story.json", "story-wanted"


@dataclass(frozen=True, slots=True)
class Told:
    """A step that was played: what was done and why, when, and what followed."""

    title: str
    why: str
    at: str  # of the clock of the story, ISO 8601
    processes: tuple[str, ...]  # ids of the processes that began, each once
    letters: int
    customers: tuple[tuple[str, int, str], ...]  # name, number, stage


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of a story: the steps played, and how many there are."""

    told: tuple[Told, ...]
    total: int
    next_title: str
    playing: bool


def read(var: Path) -> Story | None:
    """Return the story that is told in this house; None where none is."""
    try:
        kept = json.loads((var / TOLD).read_text("utf-8"))
    except FileNotFoundError:
        return None
    told = tuple(_told(each) for each in kept["told"])
    return Story(told, kept["total"], kept["next_title"], wanted(var) > len(told))


def write(var: Path, told: Sequence[Told], total: int, next_title: str) -> None:
    """Keep what was played."""
    draft = var / f"{TOLD}.new"
    kept = {"told": [asdict(each) for each in told], "total": total, "next_title": next_title}
    draft.write_text(json.dumps(kept), "utf-8")
    draft.replace(var / TOLD)  # nobody reads half a story


def want(var: Path, steps: int) -> None:
    """Ask that the story be played up to so many steps."""
    (var / WANTED).write_text(str(steps), "ascii")


def wanted(var: Path) -> int:
    """Return up to which step the story is to be played."""
    try:
        return int((var / WANTED).read_text("ascii") or 0)
    except (FileNotFoundError, ValueError):
        return 0


def _told(kept: dict[str, object]) -> Told:
    lists = {"processes", "customers"}
    return Told(**{name: _tuple(value) if name in lists else value for name, value in kept.items()})  # type: ignore[arg-type]


def _tuple(value: object) -> tuple[object, ...]:
    items = value if isinstance(value, list) else []
    return tuple(tuple(each) if isinstance(each, list) else each for each in items)
