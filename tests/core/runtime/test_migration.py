"""What a migration does to each kind of wait, and what it refuses rather than lose in silence."""

import pytest

from engine.errors import Conflict
from tests.core.runtime.test_operators import migrate, verdict
from tests.support.story import Story

WHICH = """
start -> event:G
G -> catch:A(message=a; key== 1) -> end:E1
G -> catch:B(timer=PT1H) -> end:E2
"""
JOIN = """
start -> and:F
F -> user:A -> and:J
F -> user:B -> J
F -> user:C -> J
J -> user:Z -> end
"""
PAID = """
start -> service:Pay -> user:Check -> throw:U(compensate=) -> end
boundary:B(on=Pay; handler=Refund)
service:Refund(handler=1)
"""
INSIDE = """
start -> sub:S -> user:Check -> throw:U(compensate=) -> end
S {
    start:SS -> service:Pay -> end:SE
    boundary:B(on=Pay; handler=Refund)
    service:Refund(handler=1)
}
"""


def test_a_gateway_listens_to_the_events_of_the_new_version() -> None:
    # given one event renamed without a mapping, one of another kind, and one new
    new = WHICH.replace("catch:B", "catch:B2").replace("message=a; key== 1", "signal=a")
    new += "G -> catch:C(message=c; key== 1) -> end:E3"
    story = Story(WHICH)

    migrate(story, new)

    kinds = {wait.element_id: wait.kind.value for wait in story.open.values()}
    assert kinds == {"A": "signal", "B2": "timer", "C": "message"}
    assert story.done("C").ended == "COMPLETED"


def test_what_stays_keeps_its_wait() -> None:
    story = Story(WHICH)
    waits = set(story.open)
    migrate(story, WHICH.replace("catch:A", "catch:A2"), {"A": "A2"})
    assert set(story.open) == waits
    assert story.done("A2").ended == "COMPLETED"


def test_a_condition_is_watched_for_what_it_reads_now() -> None:
    old = "start -> user:A -> end\nboundary:B(on=A; condition== x > 1) -> user:Late -> end:E"
    story = migrate(Story(old, given={"x": 0, "y": 0}), old.replace("x > 1", "y > 1"))
    assert story.set(y=2).waiting == ["Late"]


def test_handlers_move_along_however_deep_what_they_undo_was_done() -> None:
    new = INSIDE.replace("Refund", "PayBack").replace("Pay(", "Paying(")
    mapping = {"Refund": "PayBack"}
    story = migrate(Story(INSIDE).done("Pay"), new, mapping)
    assert story.done("Check").waiting == ["PayBack"]


def test_flows_that_tokens_came_by_may_be_renamed_too() -> None:
    story = Story(JOIN).done("A")
    renamed = JOIN.replace("user:A", "user:A2")
    assert [p.rule for p in verdict(story, renamed)] == ["migration-join"]
    migrate(story, renamed, {"A": "A2"} | _flows(story, renamed))
    assert story.done("B").done("C").waiting == ["Z"]


def _flows(story: Story, text: str) -> dict[str, str]:
    """Name the flow that leads from the renamed task to the join."""
    new = Story(text).definition.spec.node("A2").outgoing[0].id
    return {story.definition.spec.node("A").outgoing[0].id: new}


@pytest.mark.parametrize(
    ("old", "done", "new", "rule", "element"),
    [
        ("start -> catch:A(message=a; key== 1) -> end", "", "catch:A(timer=PT1H)", "trigger", "A"),
        ("start -> user:A(each== [1, 2]) -> end", "", "user:A(each== [1, 2]; sequential)", "loop",
         "A"),
        ("start -> user:A(while== true) -> end", "", "user:A(each== [1, 2])", "loop", "A"),
        ("start -> user:A(each== [1, 2]) -> end", "", "user:A", "loop", "A"),
        (JOIN, "A B", JOIN.replace("user:C -> J", "user:C -> end:E2"), "join", "J"),
        (PAID, "Pay", PAID.split("boundary")[0], "compensation", "Pay"),
        (INSIDE, "Pay", INSIDE.replace("boundary:B(on=Pay; handler=Refund)", "").replace(
            "service:Refund(handler=1)", ""), "compensation", "Pay"),
    ],
)  # fmt: skip
def test_what_would_be_lost_is_refused_and_the_dry_run_says_the_same(
    old: str, done: str, new: str, rule: str, element: str
) -> None:
    new = new if "start" in new else f"start -> {new} -> end"
    story = Story(old)
    for task in done.split():
        story.done(task)
    before = dict(story.state)

    problems = verdict(story, new)
    with pytest.raises(Conflict) as refused:
        migrate(story, new)

    assert [(p.rule, p.element) for p in problems] == [(f"migration-{rule}", element)]
    assert list(refused.value.problems) == problems
    assert story.state == before


def test_a_mapping_of_nothing_is_refused() -> None:
    story = Story(WHICH)
    problems = verdict(story, WHICH, {"Nobody": "A", "A": "Nowhere"})
    assert [p.element for p in problems] == ["Nobody", "A"]
    assert {p.rule for p in problems} == {"migration-mapping"}
