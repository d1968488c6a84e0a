"""Random block-structured processes agree with a small oracle at every step.

The oracle knows nothing of tokens: a block says which tasks are open and hears which one is done.
Every step of the real thing goes through JSON and back (see `Story`).
"""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.blocks import Block, blocks, text_of
from tests.support.story import Story

Name = tuple[str, tuple[int, ...]]  # a task, and which items of the loops around it
_IN_TURN = {"seq", "sub", "loop", "while", "inturn", "fails"}
_EVENTFUL = {"border", "beside", "breaks", "joins"}
_OWN = {"task": 1, "heard": 3, "undo": 1}  # what a block opens itself, and how often


class Oracle:
    """What should be open: one of these for each block that is being worked on."""

    def __init__(self, block: Block, path: tuple[int, ...]) -> None:
        self.block, self.path = block, path
        self.running: list[Oracle] = []
        self.turn = 0
        self.own = [f"T{block.number}"] * _OWN.get(block.kind, 0)
        self.asks = block.kind == "event"
        self.armed = block.kind in _EVENTFUL
        self.fired = False
        if block.kind in {"xor", "and", "or", "fork", "cut"}:
            self._begin(block.chosen())
        elif block.kind == "each":
            self.running = [
                Oracle(Block("seq", block.parts), (*path, item)) for item in range(block.number)
            ]
        elif self.armed:
            self._begin([block.body])
        elif block.kind in _IN_TURN:
            self._next()
        self._tidy()

    @property
    def open(self) -> list[Name]:
        """What waits, as often as it does."""
        found = [(self.own[0], self.path)] if self.own else []
        if self.asks:
            found = [(name, self.path) for name in self._events()]
        if self.armed:
            found.append((f"X{self.block.number}", self.path))
        return found + [name for each in self.running for name in each.open]

    @property
    def choices(self) -> list[Name]:
        """What may happen next: what does not interrupt happens once in these stories."""
        found = self.open
        if self.armed and self.fired:
            found.remove((f"X{self.block.number}", self.path))
        return [name for name in found if all(name in each.choices for each in self._with(name))]

    def done(self, name: Name) -> None:
        """Hear that something happened."""
        if self.own and name == (self.own[0], self.path):
            self._own_done()
        elif self.asks:
            self.asks = False
            self._begin([self.block.parts[int(name[0].rpartition(".")[2])]])
        elif self.armed and name == (f"X{self.block.number}", self.path):
            self._happened()
        else:
            self._with(name)[0].done(name)
            if self.block.kind == "cut" and not self.running[0].open:
                self.running = []
        self._tidy()

    def _own_done(self) -> None:
        self.own.pop(0)
        if self.block.kind == "undo" and not self.fired:
            self.fired = True
            self.running = [Oracle(Block("seq", self.block.parts), self.path)]

    def _happened(self) -> None:
        self.fired = True
        handler = Oracle(Block("seq", self.block.then), self.path)
        if self.block.kind in {"border", "breaks"}:
            self.armed = False
            self.running = [handler]
        else:
            self.running.append(handler)

    def _events(self) -> list[str]:
        return [f"M{self.block.number}.{index}" for index in range(len(self.block.parts))]

    def _with(self, name: Name) -> list["Oracle"]:
        return [each for each in self.running if name in each.open]

    def _begin(self, parts: list[Block]) -> None:
        self.running = [Oracle(part, self.path) for part in parts]

    def _tidy(self) -> None:
        """Forget what is over; what that means depends on the block."""
        kind = self.block.kind
        if kind == "cut" and self.running and not self.running[0].open:
            self.running = []
        if kind == "border" and self.armed and not self.running[0].open:
            self.armed = False
        if kind == "beside" and self.armed and not self.running[0].open:
            self.armed = False
        if kind not in {"cut", "border", "beside"}:
            self.running = [each for each in self.running if each.open]
        if kind in {"breaks", "joins"} and not self.running:
            self.armed = False
        if kind in _IN_TURN and not self.running:
            self._next()
        if kind == "undo" and self.fired and not self.running and not self.own:
            self._undo()

    def _undo(self) -> None:
        if self.turn == 0:
            self.turn = 1
            self.own = [f"H{self.block.number}"]

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
            self.running = [each for each in self.running if each.open]


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
        name = random.choice(sorted(oracle.choices) or sorted(waits))
        oracle.done(name)
        story.done(waits[name])
    else:
        return  # a very long one: it agreed for 300 steps
    assert story.ended == "COMPLETED", text


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
