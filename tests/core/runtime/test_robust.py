"""Whatever is drawn: it runs, waits or is refused with reasons; nothing else ever happens."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import definitions, lint
from engine.errors import Invalid
from engine.limits import Limits
from engine.model import Resource
from tests.support.bpmn import bpmn, resource
from tests.support.story import Story
from tests.support.tangles import live, tangle

NARROW = Limits(engine_steps=100, live_elements=200)  # a tangle may well be a bomb
SEEDS = st.integers(0, 2**32 - 1)

SAMPLE = bpmn(
    """
    start -> user:Ask(assignee=alice; in.x== 1; out.y== x; form=f) -> xor:How
    How -[x > 1]-> service:Do(retries=2; header.a=b) -> and:Join
    How -/-> sub:Work(each== items; item=i; collect=out; element== i; until== i > 1) -> Join
    Work {
        start:S -> script:Count(expression== 1; result=n) -> end:E(error=bad)
        eventsub:On {
            start:Heard(message=m; key== x; keep) -> end:HE
        }
    }
    boundary:Late(on=Ask; cycle=R3/PT1H; keep) -> end:L
    boundary:Bad(on=Work; error=bad) -> rule:Decide(decision=d; result=r) -> end:B
    boundary:Undo(on=Do; handler=Repair)
    service:Repair(handler=1)
    Join -> event:Which
    Which -> catch:Paid(message=paid; key== x) -> end:P
    Which -> catch:Wait(timer=PT1H) -> throw:Up(escalation=up) -> call:Sub(process=p2) -> end
    """
)

_FOLDER = Path(__file__).parents[1] / "lint" / "drawings"
_SHIPPED = Path(__file__).parents[3] / "processes"
_FILES = (*sorted(_FOLDER.glob("*.bpmn*")), *sorted(_SHIPPED.rglob("*.bpmn")))
DRAWINGS = [file.read_bytes() for file in _FILES]


def mutated(random: Random) -> bytes:
    """Break a good drawing in a few places: drop, double, rename, empty, move."""
    root = etree.fromstring(random.choice(DRAWINGS) if random.random() < 0.3 else SAMPLE)
    for _ in range(random.randint(1, 6)):
        node: Any = random.choice(list(root.iter()))
        what = random.randrange(6)
        if what == 0 and node.getparent() is not None:
            node.getparent().remove(node)
        elif what == 1 and node.attrib:
            del node.attrib[random.choice(sorted(node.attrib))]
        elif what == 2 and node.attrib:
            other: Any = random.choice(list(root.iter()))
            value = random.choice(["", "=", "= (", "x", *other.attrib.values()])
            node.set(random.choice(sorted(node.attrib)), value)
        elif what == 3:
            other = random.choice(list(root.iter()))
            if node not in list(other.iterancestors()) and node is not other and node is not root:
                other.append(node)
        elif what == 4 and node.getparent() is not None:
            node.tag = random.choice(list(root.iter())).tag
        else:
            node.text = random.choice(["", "= x +", "P1D", "=", "\u200f"])
    return etree.tostring(root)


def reads(random: Random) -> None:
    content = mutated(random)
    found = lint.check([Resource("p.bpmn", content)])
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        assert all(problem.message and problem.resource for problem in errors)
        with pytest.raises(Invalid):
            definitions.read([Resource("p.bpmn", content)])
        return
    for process in definitions.read([Resource("p.bpmn", content)]).processes:
        if process.start:
            drawn = Resource("p.bpmn", content)
            live(Story(drawn, given={"items": [1]}, limits=NARROW), random, moves=25)


def runs(random: Random) -> None:
    drawn = resource(tangle(random))
    if any(problem.severity == "error" for problem in lint.check([drawn])):
        return
    live(Story(drawn, given={"n": random.randint(0, 3)}, limits=NARROW), random)


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_broken_drawing_is_refused_with_reasons_or_runs(seed: int) -> None:
    reads(seeded(seed))


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_any_tangle_of_elements_ends_or_waits(seed: int) -> None:
    runs(seeded(seed))


@pytest.mark.soak
@given(SEEDS)
@settings(max_examples=5000, deadline=None)
def test_five_thousand_broken_drawings_and_tangles(seed: int) -> None:
    reads(seeded(seed))
    runs(seeded(seed))
