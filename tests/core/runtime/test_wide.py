"""Wide states are kept in parts: what is far from a step is neither read nor written."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import runtime
from engine.model import Step, Wait
from engine.transaction import state_parts
from engine.transaction.state_parts import StoredState
from tests.core.runtime.test_oracle import agree
from tests.support.blocks import Block, blocks
from tests.support.story import Story

EACH = "start -> user:Do(each== items; item=item; collect=results; element== result) -> user:After"


class PartMissing(Story):
    """A story whose state lies in a base and parts between its steps."""

    def __init__(self, text: Any, **options: Any) -> None:
        self.base, self.parts = "{}", dict[int, str]()
        self.read: list[int] = []  # parts read in the last step
        self.wrote: list[int] = []
        self.again = 0  # steps that were asked for again, with everything
        self._stored = StoredState({})
        super().__init__(text, **options)

    def done(self, wait: str | Wait, **variables: Any) -> "Story":
        found = self.wait(wait) if isinstance(wait, str) else wait
        self._stored, self.read = self.opened(), []

        def go(state: Any) -> Step:
            return runtime.resume(self.definition, state, found, variables, context=self.context)

        try:
            step = go(self._stored.load_around(found.element_instance_key))
        except runtime.PartMissing:
            self.again += 1
            step = go(self._stored.load_all())
        return self._take(step)

    def opened(self) -> StoredState:
        return StoredState(json.loads(self.base), self._read)

    def _read(self, numbers: list[int]) -> Iterator[tuple[int, Any]]:
        self.read += numbers
        return ((number, json.loads(self.parts[number])) for number in numbers)

    def _take(self, step: Step) -> "Story":
        self._stored.replace(step.state)
        self.base, changed, dropped = self._stored.written()
        self.wrote = list(changed)
        self.parts |= changed
        for number in dropped:
            del self.parts[number]
        reading, self.read = self.read, []
        super()._take(replace(step, state=self.opened().load_all()))
        self.read = reading
        return self


@contextmanager
def folding(wide: int, part: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state_parts, "WIDE", wide)
        patch.setattr(state_parts, "PART", part)
        yield


def test_completing_one_of_a_thousand_touches_one_part() -> None:
    story = PartMissing(EACH, given={"items": list(range(1_000))})
    assert len(story.parts) == 42
    assert len(story.base) < 20_000

    for wait in sorted(story.open.values(), key=lambda each: each.key)[500:520]:
        story.done(wait, result=wait.key)
        assert len(story.read) == len(story.wrote) == 1
    assert story.again == 0


def test_all_of_three_hundred_are_completed_in_any_order() -> None:
    story = PartMissing(EACH, given={"items": list(range(300))})
    waits = list(story.open.values())
    index = {wait.key: at for at, wait in enumerate(sorted(waits, key=lambda each: each.key))}
    Random(1).shuffle(waits)  # noqa: S311 - any order will do
    for wait in waits:
        story.done(wait, result=index[wait.key])

    assert story.waiting == ["After"]
    assert story.variables["results"] == list(range(300))
    assert story.parts == {}, "nothing is left behind"


def test_a_completion_condition_ends_children_that_were_far() -> None:
    until = EACH.replace("item=item", "item=item; until== numberOfCompletedInstances >= 3")
    story = PartMissing(until, given={"items": list(range(200))})
    for wait in list(story.open.values())[:3]:
        story.done(wait, result=1)

    assert (story.waiting, story.again, story.parts) == (["After"], 1, {})
    assert sum(told == "Do TERMINATED" for told in story.told) == 197


def test_an_interrupting_boundary_event_ends_children_that_were_far() -> None:
    text = EACH + "\nboundary:Late(on=Do; timer=PT1H) -> user:Explain"
    story = PartMissing(text, given={"items": list(range(200))})
    story.later(hours=2)

    assert (story.waiting, story.parts) == (["Explain"], {})


def test_what_was_written_before_there_were_parts_is_read() -> None:
    with folding(10_000, 10):
        old = PartMissing(EACH, given={"items": list(range(200))})
    story = old.done(min(old.open.values(), key=lambda each: each.key), result=0)

    assert isinstance(story, PartMissing)
    assert len(story.parts) > 5
    assert len(story.waiting) == 199


@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_random_processes_agree_with_the_oracle_in_parts(block: Block, random: Random) -> None:
    with folding(2, 1):
        agree(block, random, PartMissing)


@pytest.mark.soak
@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=3000, deadline=None)
def test_three_thousand_random_processes_agree_in_parts(block: Block, random: Random) -> None:
    with folding(random.randint(2, 4), random.randint(1, 3)):
        agree(block, random, PartMissing)
