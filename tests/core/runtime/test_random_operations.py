"""Operators do anything, at any moment, to any process: it is refused by name, or it holds.

Random processes are moved by random hands: people finish tasks, jobs fail, tokens are put, moved
and taken away, variables change, the process goes over to another drawing. After each of these the
instance is what it was and a named refusal says why, or it waits, or it has ended.
"""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import definitions, runtime
from engine.errors import Conflict, Invalid, NotFound
from engine.limits import Limits
from tests.core.runtime.test_oracle import Oracle, named
from tests.support.blocks import Block, blocks, text_of
from tests.support.bpmn import resource
from tests.support.story import Story

STEPS = 25
LIMITS = Limits(engine_steps=2_000)


class Operated(Story):
    """A story whose instance anybody may operate on, at random."""

    def __init__(self, text: str, random: Random, *, saves: bool = True) -> None:
        self.text = text
        self.random = random
        self.log: list[str] = []
        super().__init__(text, saves=saves, limits=LIMITS)

    def act(self) -> None:
        """Do one thing; what is refused must have changed nothing."""
        before = json.dumps(self.state)
        kind = self.random.choice([*["finish"] * 3, "fail", "activate", "move", "end", "go", "set"])
        self.log.append(kind)
        try:
            getattr(self, f"_{kind}")()
        except (NotFound, Invalid, Conflict) as refused:
            self.log.append(f"  refused: {refused.message} {[p.message for p in refused.problems]}")
            assert json.dumps(self.state) == before
        assert self.ended or self.open or self._stands_at_a_join(), "it neither waits nor has ended"

    def _stands_at_a_join(self) -> bool:
        """A token that an operator put before a join waits for others that never come."""
        return bool(self.state.get("holds"))

    # -- what people, workers and operators do -------------------------------------------------

    def _finish(self) -> None:
        if self.open:
            wait = self.open[self.random.choice(sorted(self.open))]
            self.log.append(f"  {wait.kind} {wait.element_id}")
            self.done(wait)

    def _fail(self) -> None:
        found = [wait for wait in self.open.values() if wait.kind == "job"]
        if found:
            self.fail(self.random.choice(found).element_id)

    def _set(self) -> None:
        scope = self.random.choice([1, *self._keys()])
        self.set(scope, local=self.random.random() < 0.5, n1=self.random.randrange(5))

    def _activate(self) -> None:
        self._modify(activate=[self._place("elementId")])

    def _move(self) -> None:
        self._modify(move=[self._source("source") | self._place("targetElementId")])

    def _end(self) -> None:
        self._modify(terminate=[self._source("")])

    def _modify(self, **orders: Any) -> None:
        self.log.append(f"  {orders}")
        self.take(runtime.modify(self.definition, self.state, context=self.context, **orders))

    def _go(self) -> None:
        """Go over to a drawing in which something is renamed, gone, or new."""
        text, mapping = self.random.choice(CHANGES)(self.text, self.random)
        self.log.append(f"  {mapping}\n{text}")
        target = definitions.read([resource(text)]).processes[0]
        judged = runtime.check_migration(self.definition, target, self.state, mapping)
        step = runtime.migrate(self.definition, target, self.state, mapping, context=self.context)
        assert not judged, "the dry run said no"
        for key, wait in list(self.open.items()):
            name = mapping.get(wait.element_id, wait.element_id)
            self.open[key] = type(wait)(key, wait.kind, name, wait.element_instance_key, wait.data)
        self.definition, self.text = target, text
        self.take(step)

    # -- what they choose from -----------------------------------------------------------------

    def _keys(self) -> list[int]:
        return sorted(int(key) for key in self.state["tokens"])

    def _place(self, name: str) -> dict[str, Any]:
        ids = [node.name for node in self.definition.spec.nodes()]
        order: dict[str, Any] = {name: self.random.choice([*ids, "nowhere"])}
        if self.random.random() < 0.3:
            order["ancestorElementInstanceKey"] = self.random.choice([*self._keys(), -1, 7])
        if self.random.random() < 0.3:
            scope = self.random.choice(["", *ids])
            order["variableInstructions"] = [{"variables": {"v": 1}, "scopeId": scope}]
        return order

    def _source(self, prefix: str) -> dict[str, Any]:
        """Name an element, or one of its instances; `prefix` is that of the order's fields."""
        tokens = self.state["tokens"]
        if not tokens:
            return {f"{prefix}ElementId" if prefix else "elementId": "nowhere"}
        key = self.random.choice(sorted(tokens))
        if self.random.random() < 0.5:
            return {f"{prefix}ElementInstanceKey" if prefix else "elementInstanceKey": key}
        return {f"{prefix}ElementId" if prefix else "elementId": tokens[key]["e"]}


Change = Callable[[str, Random], tuple[str, dict[str, str]]]


def same(text: str, _: Random) -> tuple[str, dict[str, str]]:
    return text, {}


def renamed(text: str, random: Random) -> tuple[str, dict[str, str]]:
    """One element has another id, and the mapping says so, or does not."""
    found = sorted(set(re.findall(r"\b[TSGJMFC]\d+\b", text)))
    if not found:
        return text, {}
    old = random.choice(found)
    new = f"{old}x" if random.random() < 0.8 else random.choice(found)
    mapping = {old: new} if random.random() < 0.8 else {}
    return re.sub(rf"\b{old}\b", f"{old}x", text), mapping


def guarded(text: str, random: Random) -> tuple[str, dict[str, str]]:
    """An activity has a boundary event more."""
    found = sorted(set(re.findall(r"\b(?:sub|user):([TS]\d+)\b", text)))
    if not found or "boundary:Late" in text:
        return text, {}
    on = random.choice(found)
    kind = random.choice(["timer=PT1H", "message=late; key== 1", "signal=stop"])
    keep = random.choice(["", "; keep"])
    lines = text.splitlines()
    lines.insert(_scope_of(lines, on), f"boundary:Late(on={on}; {kind}{keep}) -> end:TooLate")
    return "\n".join(lines), {}


def _scope_of(lines: list[str], on: str) -> int:
    return next(n for n, line in enumerate(lines) if f":{on}" in line) + 1


def unguarded(text: str, _: Random) -> tuple[str, dict[str, str]]:
    """An activity has lost its boundary event."""
    return "\n".join(line for line in text.splitlines() if "boundary:Late" not in line), {}


def longer(text: str, random: Random) -> tuple[str, dict[str, str]]:
    """There is a subprocess that starts by an event, and a task more at the end."""
    if "Beside" in text:
        return text, {}
    begin = random.choice(["message=ask; key== 1", "timer=PT5H", "signal=all"])
    keep = random.choice(["; keep", ""])
    beside = f"eventsub:Beside {{\nstart:Asked({begin}{keep}) -> user:Look -> end:Looked\n}}"
    return text.replace("-> end", "-> user:Last -> end", 1) + "\n" + beside, {}


def other(text: str, _: Random) -> tuple[str, dict[str, str]]:
    """Nearly everything is gone."""
    first = re.search(r"user:(T\d+)", text)
    name = first[1] if first else "T1"
    return f"start -> user:{name} -> end", {}


CHANGES: list[Change] = [same, renamed, guarded, unguarded, longer, other]


def operate(block: Block, random: Random) -> None:
    story = Operated(text_of(block), random)
    try:
        for _ in range(STEPS):
            if not story.ended:
                story.act()
        if not story.ended:
            story.take(runtime.cancel(story.definition, story.state, context=story.context))
        assert story.ended
    except Exception:
        print("\n".join([text_of(block), *story.log]))  # noqa: T201 - shown if it fails
        raise


def operate_twice(block: Block, seed: int) -> None:
    """Once through JSON at every step, once in memory only: the same in the end."""
    stories = [
        Operated(text_of(block), Random(seed), saves=saves)  # noqa: S311
        for saves in (True, False)
    ]
    for _ in range(STEPS):
        for story in stories:
            if not story.ended:
                story.act()
        saved, kept = stories
        assert saved.log == kept.log
        assert saved.state == kept.state
        assert list(saved.open.values()) == list(kept.open.values())
    assert stories[0].told == stories[1].told


def migrated(block: Block, random: Random) -> None:
    """Everything gets another id on the way; the instance ends as the oracle says."""
    text = text_of(block)
    story, oracle, moved = Story(text), Oracle(block, ()), False
    for _ in range(60):
        waits = {(name.rstrip("x"), path): wait for (name, path), wait in named(story).items()}
        assert sorted(waits) == sorted(oracle.open), text
        if not waits:
            break
        if not moved and random.random() < 0.4:
            moved = True
            go_over(story, re.sub(r"\b(?:W[BE]|XE|[A-Z])\d+(?:\.\w+)?\b", r"\g<0>x", text))
            continue
        name = random.choice(sorted(oracle.choices))
        oracle.done(name)
        story.done(waits[name])
    else:
        return
    assert story.ended == "COMPLETED", text


def go_over(story: Story, text: str) -> None:
    """Migrate to the same drawing with other ids, flows too."""
    target = definitions.read([resource(text)]).processes[0]
    mapping = {}
    for old, new in zip(story.definition.spec.nodes(), target.spec.nodes(), strict=True):
        mapping[old.name] = new.name
        mapping |= {a.id: b.id for a, b in zip(old.outgoing, new.outgoing, strict=True)}
    step = runtime.migrate(story.definition, target, story.state, mapping, context=story.context)
    for key, wait in list(story.open.items()):
        name = mapping.get(wait.element_id, wait.element_id)
        story.open[key] = type(wait)(key, wait.kind, name, wait.element_instance_key, wait.data)
    story.definition = target
    story.take(step)


@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_migrated_instance_runs_to_its_end(block: Block, random: Random) -> None:
    migrated(block, random)


@pytest.mark.soak
@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=5_000, deadline=None)
def test_five_thousand_migrated_instances_run_to_their_ends(block: Block, random: Random) -> None:
    migrated(block, random)


@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_whatever_operators_do_it_is_refused_or_it_holds(block: Block, random: Random) -> None:
    operate(block, random)


@given(blocks, st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_saving_between_what_operators_do_changes_nothing(block: Block, seed: int) -> None:
    operate_twice(block, seed)


@pytest.mark.soak
@given(blocks, st.randoms(use_true_random=False))
@settings(max_examples=10_000, deadline=None)
def test_ten_thousand_operated_instances(block: Block, random: Random) -> None:
    operate(block, random)


@pytest.mark.soak
@given(blocks, st.integers(0, 10**6))
@settings(max_examples=3_000, deadline=None)
def test_saving_between_thousands_of_operations(block: Block, seed: int) -> None:
    operate_twice(block, seed)
