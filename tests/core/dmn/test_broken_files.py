"""Whatever is uploaded: a model, or `Invalid` with problems that say where and what to do."""

import random

import pytest

from engine import dmn
from engine.errors import Invalid, NotFound
from tests.core.dmn.writing import DMN15, decision, file, input_data, literal, table

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">&b;</definitions>"""
OUTSIDE = b"""<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>"""
GOOD = file(decision(table(["a"], ["b"], [["1", "2"]]), name="d"), input_data("a"))

BROKEN = {
    "empty": b"",
    "no XML": b"hello",
    "cut off": GOOD[: len(GOOD) // 2],
    "entities": LAUGHS,
    "outside file": OUTSIDE,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "another root": b"<html/>",
    "another namespace": file(namespace="urn:other"),
    "unknown encoding": b'<?xml version="1.0" encoding="nope"?><definitions/>',
    "deep": b"<a>" * 100_000,
    "too big": GOOD + b" " * 5_000_001,
    "decision requires nothing there": file(decision(literal("1"), needs=["gone"])),
    "input that is a decision": file(
        decision(literal("1"), name="a"), decision(literal("1"), name="b", needs=["input:a"])
    ),
    "same id twice": file(decision(literal("1"), name="a"), decision(literal("2"), name="a")),
    "circle": file(
        decision(literal("b"), name="a", needs=["b"]),
        decision(literal("c"), name="b", needs=["c"]),
        decision(literal("a"), name="c", needs=["a"]),
    ),
    "itself": file(decision(literal("a"), name="a", needs=["a"])),
    "missing import": file(f'<import name="x" namespace="urn:x" importType="{DMN15}"/>'),
    "row with too few cells": file(decision(table(["a", "b"], ["c"], [["1", "2"]]), name="d")),
    "unknown hit policy": file(decision(table(["a"], ["b"], [], policy="LAST"), name="d")),
    "no output": file(decision(table(["a"], [], []), name="d")),
    "two expressions": file(decision(literal("1") + literal("2"), name="d")),
    "nested without end": file(
        decision("<list>" * 60 + literal("1") + "</list>" * 60, name="d"),
    ),
    "aggregation of two outputs": file(
        decision(table(["a"], ["b", "c"], [], policy="COLLECT", aggregation="SUM"), name="d")
    ),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_problems(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        dmn.parse(content)

    assert refused.value.problems
    for problem in refused.value.problems:
        assert problem.message
        assert problem.rule
        assert problem.hint


def test_a_circle_is_named_with_all_its_decisions() -> None:
    with pytest.raises(Invalid) as refused:
        dmn.parse(BROKEN["circle"])

    [problem] = refused.value.problems
    assert problem.message == "Requirements go in a circle: a → b → c → a."


def test_a_long_chain_of_decisions_is_no_circle_and_no_stack_overflow() -> None:
    chain = [decision(literal("1"), name="d0")]
    chain += [
        decision(literal(f"d{n - 1} + 1"), name=f"d{n}", needs=[f"d{n - 1}"]) for n in range(1, 400)
    ]

    outcome = dmn.parse(file(*chain)).evaluate("d399", {})

    assert outcome.json == 400


def test_a_decision_that_asks_itself_through_a_service_ends_with_a_reason() -> None:
    content = file(
        '<decisionService id="again" name="again"><variable name="again"/>'
        '<outputDecision href="#loop"/></decisionService>',
        decision(literal("again() + 1"), name="loop", needs=["bkm:again"]),
    )

    outcome = dmn.parse(content).evaluate("loop", {})

    assert outcome.value is None
    assert "deeply" in (outcome.failure or "")


def test_an_evaluation_without_end_stops_at_its_budget() -> None:
    content = file(decision(literal("count(for a in 1..10000, b in 1..10000 return a)"), name="d"))

    outcome = dmn.parse(content).evaluate("d", {})

    assert outcome.value is None
    assert "more" in (outcome.failure or "")


def test_a_type_made_of_itself_takes_anything() -> None:
    content = file(
        '<itemDefinition name="t"><itemComponent name="next"><typeRef>t</typeRef></itemComponent>'
        "</itemDefinition>",
        decision(literal("{next: {next: null}}"), type_ref="t"),
    )

    assert dmn.parse(content).evaluate("answer", {}).json == {"next": {"next": None}}


def test_files_that_import_each_other_are_refused() -> None:
    files = {
        f"urn:{name}": file(
            f'<import name="o" namespace="urn:{other}" importType="{DMN15}"/>', own=f"urn:{name}"
        )
        for name, other in (("a", "b"), ("b", "a"))
    }

    with pytest.raises(Invalid) as refused:
        dmn.parse(files["urn:a"], lambda namespace, _location: files[namespace])

    assert "circle" in refused.value.problems[0].message


def test_an_unknown_decision_is_not_found() -> None:
    with pytest.raises(NotFound):
        dmn.parse(GOOD).evaluate("nope", {})


def test_random_damage_never_raises_anything_else() -> None:
    dice = random.Random(7)  # noqa: S311 - not for secrets
    refused = 0
    for _ in range(1_500):
        content = bytearray(GOOD)
        for _ in range(dice.randint(1, 4)):
            spot = dice.randrange(len(content))
            content[spot : spot + dice.randint(0, 6)] = bytes(
                dice.choices(b'<>/"=&;ab01 \xff\x00', k=dice.randint(0, 6))
            )
        try:
            model = dmn.parse(bytes(content))
        except Invalid:
            refused += 1
            continue
        model.lint()
        for name in model.decisions:
            model.evaluate(name, {"a": 1})
    assert refused > 100
