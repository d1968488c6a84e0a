"""What one step makes beside what it made in the case."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from engine.replay.machine import Made
from engine.replay.outcome import Difference
from engine.replay.places import Path


def differences(
    recorded: Made | None, made: Made, at: datetime, element: str
) -> Iterator[Difference]:
    """Yield the differences of a step, answers of decisions first: they are mostly the cause.

    A step that the case did not have differs by all it came to. `element` is where it began.
    """
    if recorded is None:
        yield Difference("way", element or _first(made), at, (), _came_to(made))
        return
    yield from _decisions(recorded, made, at)
    only_recorded = recorded.elements - made.elements
    only_now = made.elements - recorded.elements
    if only_recorded or only_now or recorded.ended != made.ended:
        before, now = _named(only_recorded), _named(only_now)
        yield Difference("way", (*now, *before, element)[0], at, before, now)
        return
    for place in sorted(recorded.values.keys() | made.values.keys()):
        values = recorded.values.get(place), made.values.get(place)
        if values[0] != values[1] or (place in recorded.values) != (place in made.values):
            path, name = place
            yield Difference("value", _element(path), at, *values, name)


def _decisions(recorded: Made, made: Made, at: datetime) -> Iterator[Difference]:
    for place, before in recorded.decisions.items():
        now = made.decisions.get(place)
        if now is not None and now.output != before.output:
            yield Difference(
                "decision",
                before.element,
                at,
                {"answer": before.output, "rows": before.rows},
                {"answer": now.output, "rows": now.rows},
                before.decision_id,
            )


def _came_to(made: Made) -> tuple[str, ...]:
    return _named(made.elements)


def _first(made: Made) -> str:
    return (*_came_to(made), "")[0]


def _named(elements: Iterable[tuple[Path, str]]) -> tuple[str, ...]:
    """Return the ids of elements, each once, as they were come to."""
    return tuple(dict.fromkeys(_element(path) for path, _ in elements))


def _element(path: Path) -> str:
    return path[-1][0] if path else ""
