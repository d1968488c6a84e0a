"""Keeps states of this release, so that later ones must load and finish them.

    python -m tests.support.keep        # writes what is not there yet; nothing is ever rewritten

Each story below stops in the middle; its state, its open waits and the way to its end are kept.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.model import Kind, Wait
from tests.support.story import MONDAY, Story

FOLDER = Path(__file__).parents[1] / "core" / "runtime" / "states"
RELEASE = "0.1"

# name: (drawing, variables, what is done before, what is done after); a step is an element with
# variables, and what its worker decided
Step = tuple[Any, ...]
STORIES: dict[str, tuple[str, dict[str, Any], Sequence[Step], Sequence[Step]]] = {
    "listeners-in-the-middle": (
        """
        start -> and:Fork
        Fork -> user:Ask(assignee=alice; task_creating=warm; task_completing=judge) -> and:Join
        Fork -> user:Slow(on_start=prepare; on_cancel=undo) -> xor:Merge -> Join
        boundary:Stop(on=Slow; message=stop; key== 1) -> user:Instead -> Merge
        Join -> end
        """,
        {},
        [("Ask", {}), ("Ask", {"answer": 1}), ("Slow", {}), ("Stop", {})],
        [("Slow", {}), ("Ask", {}, {"denied": False}), ("Instead", {})],
    ),
    "an-agent-at-work": (
        """
        start -> adhoc:Agent(type=agent; collect=out; element== mark) -> end
        boundary:Late(on=Agent; timer=P1D) -> end:TooLate
        Agent {
            user:A
            user:B
        }
        """,
        {"n": 1},
        [("Agent", {}, {"activate_elements": [{"element_id": "A"}, {"element_id": "B"}]})],
        [
            ("A", {"mark": 1}),
            ("B", {"mark": 2}),
            ("Agent", {}, {"is_completion_condition_fulfilled": True}),
        ],
    ),
    "a-transaction-being-undone": (
        """
        start -> transaction:Book -> end
        boundary:Cancelled(on=Book; cancel) -> user:Sorry -> end:S
        Book {
            start:SB -> service:Hotel -> user:Ok -> end:Stop(cancel)
            boundary:UndoHotel(on=Hotel; handler=CancelHotel)
            service:CancelHotel(handler=1)
        }
        """,
        {},
        [("Hotel", {}), ("Ok", {})],
        [("CancelHotel", {}), ("Sorry", {})],
    ),
    "loops-joins-and-incidents": (
        """
        start -> or:Split
        Split -[true]-> user:Turn(while== loopCounter < 3) -> or:Join
        Split -[true]-> script:Sum(expression== 1; result=r; out.s== r + 1) -> xor:How
        How -[limit > 1]-> user:Extra -> Join
        Join -> catch:Hot(condition== heat > 5) -> end
        """,
        {"heat": 0},
        [("Turn", {})],
        [("Turn", {"limit": 2}), ("How", {}), ("Turn", {}), ("Extra", {"heat": 9})],
    ),
    "collected-so-far-and-being-undone": (
        """
        start -> and:Fork
        Fork -> service:Rate(each== [1, 2]; sequential; collect=out; element== r)
        Rate -> and:Join
        Fork -> service:A -> throw:Undo(compensate=) -> Join
        boundary:OnA(on=A; handler=UndoA)
        user:UndoA(handler=1)
        Fork -> user:Ask -> Join
        boundary:Hot(on=Ask; condition== heat > 1; keep) -> task:On
        On -> script:Cool(expression== heat; result=felt)
        Join -> end
        """,
        {},
        [("Rate", {"r": 7}), ("A", {"heat": 2})],
        [("UndoA", {"heat": 3}), ("Rate", {"r": 8}), ("Ask", {"heat": 9})],
    ),
    "in-turn-with-a-child": (
        """
        start -> call:Each(process=child; each== items; item=i; sequential; collect=o; element== r)
        boundary:Failed(on=Each; error=broke) -> end:F
        Each -> end
        """,
        {"items": ["a", "b", "c"]},
        [("Each", {"r": 1})],
        [("Each", {"r": 2}), ("Each", {"r": 3})],
    ),
    "beside-by-event": (
        """
        start -> sub:Work(in.x== 1; out.y== x) -> end
        Work {
            start:S -> user:Ask -> end:E
            eventsub:Tick {
                start:Every(cycle=R/PT1H; keep) -> user:Look -> end:Looked
            }
        }
        """,
        {},
        [("Every", {})],
        [("Ask", {}), ("Look", {})],
    ),
}


def act(story: Story, step: Step) -> None:
    """Do one step of a kept story."""
    element_id, variables, *decided = step
    if decided:
        story.decide(element_id, variables, **decided[0])
    else:
        story.done(_next(story, element_id), **variables)


def _next(story: Story, element_id: str) -> Wait:
    """The job of a listener comes before the task it listens to."""
    found = [wait for wait in story.open.values() if wait.element_id == element_id]
    jobs = [wait for wait in found if wait.kind is Kind.JOB]
    return min(jobs or found, key=lambda wait: wait.key) if found else story.wait(element_id)


def keep(name: str) -> dict[str, Any]:
    """Tell a story to its middle, and finish it to know how it ends."""
    drawing, given, before, after = STORIES[name]
    story = Story(drawing, given=given)
    assert story.now == MONDAY
    for step in before:
        act(story, step)
    kept = {
        "process": drawing,
        "given": given,
        "state": story.state,
        "open": [asdict(wait) for wait in story.open.values()],
    }
    kept = json.loads(json.dumps(kept))
    for step in after:
        act(story, step)
    assert story.ended == "COMPLETED", f"{name}: {story.waiting}"
    return kept | {"do": [list(step) for step in after], "variables": story.variables}


if __name__ == "__main__":
    for name in STORIES:
        file = FOLDER / f"{RELEASE}-{name}.json"
        if not file.exists():
            file.write_text(json.dumps(keep(name), indent=1) + "\n", encoding="utf-8")
