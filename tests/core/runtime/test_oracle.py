"""Random block-structured processes agree with a small oracle at every step.

The oracle knows nothing of tokens: a block says which tasks are open and hears which one is done.
Every step of the real thing goes through JSON and back (see `Story`).
"""

from dataclasses import dataclass, field
from itertools import count, pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.story import Story

Name = tuple[str, tuple[int, ...]]  # a task, and which items of the loops around it


@dataclass
class Block:
    """One kind of block: `kind` task, seq, xor, and, or, event, fork, loop, while, each, …"""

    kind: str
    parts: list["Block"] = field(default_factory=list)
    number: int = 0  # which branch, how many rounds or items, which subset

    def chosen(self) -> list["Block"]:
        """The branches a gateway takes."""
        if self.kind == "xor":
            return [self.parts[self.number % len(self.parts)]]
        if self.kind == "or":
            taken = [part for bit, part in enumerate(self.parts) if self.number >> bit & 1]
            return taken or self.parts[:1]
        return self.parts


KINDS = [
    "seq",
    "seq",
    "xor",
    "and",
    "or",
    "event",  # an event-based gateway: the first message decides
    "fork",  # several flows out of an activity, without a gateway
    "loop",  # a loop drawn with gateways
    "while",  # the standard loop of an activity
    "each",
    "inturn",
    "sub",
]
blocks = st.recursive(
    st.builds(Block, st.just("task")),
    lambda inner: st.builds(
        Block,
        st.sampled_from(KINDS),
        st.lists(inner, min_size=1, max_size=3),
        st.integers(0, 3),
    ),
    max_leaves=12,
)


class Drawing:
    """Draws a block as text; names its tasks in the order of the tree."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ids = count(1)

    def draw(self, block: Block) -> tuple[str, str]:
        """Add the block; gives the text of its entry and its exit."""
        number = next(self.ids)
        if block.kind == "task":
            block.number = number
            self.lines.append(f"user:T{number}")
            return f"T{number}", f"T{number}"
        if block.kind == "seq":
            return self._sequence(block)
        if block.kind in {"xor", "and", "or"}:
            return self._gateway(block, number)
        if block.kind == "event":
            return self._events(block, number)
        return self._scope(block, number)

    def _sequence(self, block: Block) -> tuple[str, str]:
        ends = [self.draw(part) for part in block.parts]
        for (_, last), (first, _) in pairwise(ends):
            self.lines.append(f"{last} -> {first}")
        return ends[0][0], ends[-1][1]

    def _gateway(self, block: Block, number: int) -> tuple[str, str]:
        split, join = f"G{number}", f"J{number}"
        self.lines += [f"{block.kind}:{split}", f"{block.kind}:{join}"]
        chosen = block.chosen()
        for part in block.parts:
            first, last = self.draw(part)
            taken = "true" if any(part is each for each in chosen) else "false"
            arrow = "->" if block.kind == "and" else f"-[{taken}]->"
            self.lines += [f"{split} {arrow} {first}", f"{last} -> {join}"]
        return split, join

    def _events(self, block: Block, number: int) -> tuple[str, str]:
        block.number = number
        self.lines += [f"event:G{number}", f"xor:J{number}"]
        for index, part in enumerate(block.parts):
            first, last = self.draw(part)
            caught = f"M{number}.{index}"
            self.lines += [f"G{number} -> catch:{caught}(message=m; key== {index}) -> {first}"]
            self.lines += [f"{last} -> J{number}"]
        return f"G{number}", f"J{number}"

    def _scope(self, block: Block, number: int) -> tuple[str, str]:
        items = str(list(range(block.number)))
        extra = {
            "sub": "",
            "fork": "",
            "while": f"(while== loopCounter <= {block.number})",
            "loop": f"(in.n{number}== 0)",
            "each": f"(each== {items})",
            "inturn": f"(each== {items}; sequential)",
        }[block.kind]
        self.lines += [f"sub:S{number}{extra}", f"S{number} {{", f"start:B{number}"]
        if block.kind == "fork":
            self._fork(block, number)
            return f"S{number}", f"S{number}"
        first, last = self._sequence(block)
        if block.kind == "loop":
            self.lines += [
                f"xor:A{number}",
                f"xor:O{number}",
                f"B{number} -> A{number} -> {first}",
                f"{last} -> script:C{number}(expression== n{number} + 1; result=n{number})",
                f"C{number} -> O{number}",
                f"O{number} -[n{number} < {block.number + 1}]-> A{number}",
                f"O{number} -/-> end:E{number}",
            ]
        else:
            self.lines += [f"B{number} -> {first}", f"{last} -> end:E{number}"]
        self.lines.append("}")
        return f"S{number}", f"S{number}"

    def _fork(self, block: Block, number: int) -> None:
        self.lines += [f"B{number} -> task:F{number}"]
        for part in block.parts:
            first, last = self.draw(part)
            self.lines += [f"F{number} -> {first}", f"{last} -> end:E{number}.{first}"]
        self.lines.append("}")


_IN_TURN = {"seq", "sub", "loop", "while", "inturn"}


class Oracle:
    """What should be open: one of these for each block that is being worked on."""

    def __init__(self, block: Block, path: tuple[int, ...]) -> None:
        self.block, self.path = block, path
        self.running: list[Oracle] = []
        self.turn = 0
        self.task = block.kind == "task"
        self.asks = block.kind == "event"
        if block.kind in {"xor", "and", "or", "fork"}:
            self._begin(block.chosen())
        elif block.kind == "each":
            self.running = [
                Oracle(Block("seq", block.parts), (*path, item)) for item in range(block.number)
            ]
            self._tidy()
        elif not self.task and not self.asks:
            self._next()

    @property
    def open(self) -> list[Name]:
        if self.task:
            return [(f"T{self.block.number}", self.path)]
        if self.asks:
            return [
                (f"M{self.block.number}.{index}", self.path)
                for index in range(len(self.block.parts))
            ]
        return [name for each in self.running for name in each.open]

    def done(self, name: Name) -> None:
        if self.task:
            self.task = False
            return
        if self.asks:
            self.asks = False
            self._begin([self.block.parts[int(name[0].rpartition(".")[2])]])
            return
        next(each for each in self.running if name in each.open).done(name)
        self._tidy()
        if not self.running and self.block.kind in _IN_TURN:
            self._next()

    def _begin(self, parts: list[Block]) -> None:
        self.running = [Oracle(part, self.path) for part in parts]
        self._tidy()

    def _tidy(self) -> None:
        self.running = [each for each in self.running if each.open]

    def _next(self) -> None:
        parts = self.block.parts
        again = self.block.number + 1
        rounds = {"loop": again, "while": again, "inturn": self.block.number}
        steps = len(parts) * rounds.get(self.block.kind, 1)
        while not self.running and self.turn < steps:
            path = self.path
            if self.block.kind in {"inturn", "while"}:
                path = (*path, self.turn // len(parts))
            self.running = [Oracle(parts[self.turn % len(parts)], path)]
            self.turn += 1
            self._tidy()


def named(story: Story) -> dict[Name, Any]:
    """The open waits by task and item."""
    answer = {}
    for wait in story.open.values():
        path: tuple[int, ...] = ()
        key = wait.element_instance_key
        while key:
            raw: dict[str, Any] = story.state["tokens"][str(key)]
            if raw.get("r") == "inner":
                path = (raw["d"]["index"], *path)
            key = raw["p"]
        answer[wait.element_id, path] = wait
    return answer


def agree(block: Block, random: Random, teller: type[Story] = Story) -> None:
    text = text_of(block)
    story, oracle = teller(text), Oracle(block, ())
    for _ in range(300):
        waits = named(story)
        assert sorted(waits) == sorted(oracle.open), text
        if not waits:
            break
        name = random.choice(sorted(waits))
        oracle.done(name)
        story.done(waits[name])
    else:
        return  # a very long one: it agreed for 300 steps
    assert story.ended == "COMPLETED", text


def text_of(block: Block) -> str:
    drawing = Drawing()
    first, last = drawing.draw(block)
    return "\n".join([*drawing.lines, f"start -> {first}", f"{last} -> end"])


def same(block: Block, random: Random) -> None:
    """One is written to text and read back at every step, the other never leaves memory."""
    text = text_of(block)
    saved, kept = Story(text), Story(text, saves=False)
    for _ in range(60):
        assert saved.state == kept.state
        assert list(saved.open.values()) == list(kept.open.values())
        if not saved.open:
            break
        key = random.choice(sorted(saved.open))
        saved.done(saved.open[key])
        kept.done(kept.open[key])
    assert saved.told == kept.told
    assert saved.flows == kept.flows


@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_random_processes_agree_with_the_oracle(block: Block, random: Random) -> None:
    agree(block, random)


@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_saving_and_loading_at_every_step_changes_nothing(block: Block, random: Random) -> None:
    same(block, random)


@pytest.mark.soak
@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=5000, deadline=None)
def test_five_thousand_random_processes_agree_with_the_oracle(block: Block, random: Random) -> None:
    agree(block, random)


@pytest.mark.soak
@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=5000, deadline=None)
def test_saving_and_loading_five_thousand_changes_nothing(block: Block, random: Random) -> None:
    same(block, random)
