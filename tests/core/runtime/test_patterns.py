"""Van der Aalst's control-flow patterns, as docs/patterns.md draws them, run."""

from typing import Any

import pytest

from engine import lint, runtime
from engine.model import Resource
from tests.support.bpmn import bpmn
from tests.support.patterns import ROOT, drawing, patterns
from tests.support.story import Story


def story(number: int, **given: Any) -> Story:
    return Story(drawing(number), given=given)


def open_ad_hoc(told: Story, element_id: str, wanted: str) -> Story:
    """Somebody activates one more element of an open ad-hoc subprocess."""
    tokens = told.state["tokens"].items()
    key = next(int(key) for key, raw in tokens if raw["e"] == element_id and not raw.get("r"))
    step = runtime.activate_ad_hoc(
        told.definition,
        told.state,
        key,
        [{"elementId": wanted}],
        context=told.context,
    )
    return told.take(step)


def test_the_page_has_all_patterns_and_each_that_runs_has_its_test() -> None:
    found = patterns()
    assert sorted(found) == list(range(1, 44))
    for pattern in found.values():
        runs = not pattern.verdict.startswith("Not")
        assert bool(pattern.drawing) == runs == (pattern.test is not None), pattern.name
        if pattern.test is not None:
            path, name = pattern.test
            assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), name
            assert name.startswith(f"test_{pattern.number:02}_")


@pytest.mark.parametrize("number", [28, 31])
def test_what_does_not_run_is_refused(number: int) -> None:
    assert "complex gateway" in patterns()[number].text
    content = bpmn("start -> xor:X -> end").replace(b"exclusiveGateway", b"complexGateway")
    assert "unsupported" in {each.rule for each in lint.check([Resource("p.bpmn", content)])}


def test_01_sequence() -> None:
    told = story(1)
    assert told.waiting == ["A"]
    assert told.done("A").waiting == ["B"]
    assert told.done("B").ended == "COMPLETED"


def test_02_parallel_split() -> None:
    assert story(2).waiting == ["A", "B"]


def test_03_synchronization() -> None:
    told = story(3).done("A")
    assert told.waiting == ["B"]
    assert told.done("B").waiting == ["C"]


@pytest.mark.parametrize(("amount", "task"), [(500, "A"), (5, "B")])
def test_04_exclusive_choice(amount: int, task: str) -> None:
    assert story(4, amount=amount).waiting == [task]


@pytest.mark.parametrize(("amount", "task"), [(500, "A"), (5, "B")])
def test_05_simple_merge(amount: int, task: str) -> None:
    assert story(5, amount=amount).done(task).waiting == ["C"]


def test_06_multi_choice() -> None:
    assert story(6, a=True, b=False, c=True).waiting == ["A", "C"]


def test_07_structured_synchronizing_merge() -> None:
    told = story(7, a=True, b=False, c=True).done("A")
    assert told.waiting == ["C"]
    assert told.done("C").waiting == ["D"]


def test_08_multi_merge() -> None:
    told = story(8).done("A").done("B")
    assert told.waiting == ["C", "C"]
    assert told.done("C").done("C").ended == "COMPLETED"


def test_09_structured_discriminator() -> None:
    told = story(9, first=True).done("B")
    assert told.waiting == ["A", "C"]
    assert told.done("A").waiting == ["C"], "the second is not waited for and changes nothing"


def test_10_arbitrary_cycles() -> None:
    told = story(10).done("A").done("B", go="a")
    assert told.waiting == ["A"]
    assert told.done("A").done("B", go="b").waiting == ["B"]
    assert told.done("B", go="no").ended == "COMPLETED"


def test_11_implicit_termination() -> None:
    told = story(11).done("A")
    assert told.ended is None
    assert told.done("B").ended == "COMPLETED"


def test_12_multiple_instances_without_synchronization() -> None:
    told = story(12)
    assert told.waiting == ["Work", "Work", "Work"]
    assert told.done("Work").done("Work").done("Work").ended == "COMPLETED"


def test_13_multiple_instances_with_a_priori_design_time_knowledge() -> None:
    told = story(13)
    assert told.waiting == ["Ask", "Ask", "Ask"]
    assert told.done("Ask").done("Ask").done("Ask").waiting == ["Next"]


def test_14_multiple_instances_with_a_priori_run_time_knowledge() -> None:
    told = story(14, people=["Ann", "Bea"]).done("Ask", answer=1).done("Ask", answer=2)
    assert told.waiting == ["Next"]
    assert told.variables["answers"] == [1, 2]


def test_15_multiple_instances_without_a_priori_run_time_knowledge() -> None:
    told = story(15).done("Wanted").done("Wanted")
    assert told.waiting == ["Extra", "Extra", "Review", "Wanted"]
    assert told.done("Review").done("Extra").waiting == ["Extra", "Wanted"]
    assert told.done("Extra").waiting == ["Next"]


def test_16_deferred_choice() -> None:
    assert story(16).done("Yes").waiting == ["A"]
    assert story(16).later(days=1).waiting == ["B"]


def test_17_interleaved_parallel_routing() -> None:
    told = story(17, order=["C", "A", "B"])
    for name in "CAB":
        assert told.waiting == [name]
        told.done(name)
    assert told.ended == "COMPLETED"


def test_18_milestone() -> None:
    told = story(18, open=False)
    assert told.waiting == ["A", "Reached"]
    told.done("A")
    assert told.waiting == ["B", "Extra", "Over"]
    assert told.done("B").ended == "COMPLETED"
    assert "Extra TERMINATED" in told.told


def test_19_cancel_activity() -> None:
    assert story(19).done("Stop").waiting == ["B"]


def test_20_cancel_case() -> None:
    told = story(20).done("Asked")
    assert told.ended == "COMPLETED"
    assert {"A TERMINATED", "B TERMINATED"} <= set(told.told)


def test_21_structured_loop() -> None:
    told = story(21, again=True).done("Ask")
    assert told.waiting == ["Ask"]
    assert told.done("Ask", again=False).waiting == ["Next"]


def test_25_cancel_region() -> None:
    assert story(25).done("Stop").waiting == ["Other"]


def test_26_cancel_multiple_instance_activity() -> None:
    told = story(26).done("Ask").later(days=1)
    assert told.waiting == ["B"]
    assert told.told.count("Ask TERMINATED") == 3  # two that were open, and the body


def test_27_complete_multiple_instance_activity() -> None:
    told = story(27, enough=False).done("Ask")
    assert told.waiting == ["Ask", "Ask"]
    assert told.done("Ask", enough=True).waiting == ["Next"]


def test_29_cancelling_discriminator() -> None:
    told = story(29).done("B")
    assert told.waiting == ["Next"]
    assert "A TERMINATED" in told.told


def test_30_structured_partial_join() -> None:
    told = story(30, n=0).done("A").done("C")
    assert told.waiting == ["B", "Next"]
    assert told.done("B").waiting == ["Next"]


def test_32_cancelling_partial_join() -> None:
    told = story(32).done("Work").done("Work")
    assert told.waiting == ["Next"]
    assert "Work TERMINATED" in told.told


def test_33_generalized_and_join() -> None:
    told = story(33).done("A1").done("A2")
    assert told.waiting == ["B1", "B2"], "the second token on the same flow is kept"
    assert told.done("B1").waiting == ["B2", "Next"]
    assert told.done("B2").waiting == ["Next", "Next"]


def test_34_static_partial_join_for_multiple_instances() -> None:
    told = story(34, n=0).done("Work").done("Work")
    assert told.waiting == ["Next", "Work"]
    assert told.done("Work").waiting == ["Next"]


def test_35_cancelling_partial_join_for_multiple_instances() -> None:
    assert story(35).done("Ask").done("Ask").waiting == ["Next"]


def test_36_dynamic_partial_join_for_multiple_instances() -> None:
    told = open_ad_hoc(story(36), "Reviews", "Review")
    assert told.waiting == ["Review", "Review"]
    told.done("Review", mark=3)
    open_ad_hoc(told, "Reviews", "Review")
    assert told.done("Review", mark=1).waiting == ["Next"]


def test_37_local_synchronizing_merge() -> None:
    told = story(37, a=True, b=True).done("B")
    assert told.waiting == ["A"], "A may still come to the join"
    assert told.done("A", more=False).waiting == ["Next"], "and now it does not"


def test_38_general_synchronizing_merge() -> None:
    told = story(38, b=True, ok=False)
    for _ in range(2):
        assert told.done("A").waiting == ["B"]
        told.done("B")
    assert told.done("A").done("B", ok=True).ended == "COMPLETED"


def test_40_interleaved_routing() -> None:
    told = story(40, done=0)
    assert told.waiting == []
    open_ad_hoc(told, "Any", "B").done("B").set(done=1)
    open_ad_hoc(told, "Any", "A").set(done=2)
    assert told.done("A").waiting == ["Next"]


def test_41_thread_merge() -> None:
    assert story(41).done("Ask").done("Ask").done("Ask").waiting == ["Next"]


def test_42_thread_split() -> None:
    assert story(42).waiting == ["Work", "Work"]


def test_43_explicit_termination() -> None:
    told = story(43).done("A")
    assert told.ended == "COMPLETED"
    assert "B TERMINATED" in told.told
