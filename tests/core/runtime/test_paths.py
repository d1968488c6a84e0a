"""Sequence flows and gateways: which way a token goes."""

import pytest

from tests.support.story import Story


def test_a_process_without_a_wait_runs_to_its_end() -> None:
    story = Story("start -> task:Think -> manual:Do -> end")
    assert story.ended == "COMPLETED"
    assert story.told == ["start COMPLETED", "Think COMPLETED", "Do COMPLETED", "end COMPLETED"]
    assert story.flows == ["f_start_Think", "f_Think_Do", "f_Do_end"]


@pytest.mark.parametrize(("amount", "end"), [(5, "Small"), (500, "Big"), (5000, "Huge")])
def test_an_exclusive_gateway_takes_the_first_condition_that_holds(amount: int, end: str) -> None:
    story = Story(
        """
        start -> xor:How
        How -[amount > 1000]-> end:Huge
        How -[amount > 100]-> end:Big
        How -/-> end:Small
        """,
        given={"amount": amount},
    )
    assert story.told[-1] == f"{end} COMPLETED"


def test_a_condition_that_is_not_boolean_is_an_incident_and_can_be_repaired() -> None:
    story = Story(
        """
        start -> user:Ask -> xor:How
        How -[= answer]-> end:Yes
        How -/-> end:No
        """
    )
    story.done("Ask", answer="maybe")
    assert story.waiting == ["How!"]
    assert story.incident()["error_type"] == "CONDITION_ERROR"
    assert "f_How_Yes" in story.incident()["message"]
    story.set(answer=True).retry("How")
    assert story.told[-1] == "Yes COMPLETED"


def test_no_condition_that_holds_and_no_default_is_an_incident() -> None:
    story = Story(
        """
        start -> xor:How
        How -[x > 1]-> end:One
        How -[x > 2]-> end:Two
        """,
        given={"x": 0},
    )
    assert story.incident()["error_type"] == "CONDITION_ERROR"


def test_a_parallel_gateway_waits_for_all() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> user:A -> and:Join
        Fork -> user:B -> Join
        Join -> user:After -> end
        """
    )
    assert story.waiting == ["A", "B"]
    story.done("A")
    assert story.waiting == ["B"]
    story.done("B")
    assert story.waiting == ["After"]


def test_a_join_inside_a_loop_waits_for_both_in_every_round() -> None:
    """SpiffWorkflow fault 1: from the second round on it let one pass: four eyes became two."""
    story = Story(
        """
        start -> xor:Again
        Again -> and:Fork
        Fork -> user:Alice -> and:Join
        Fork -> user:Bob -> Join
        Join -> xor:Ok
        Ok -[ok]-> end
        Ok -/-> Again
        """
    )
    for _ in range(20):
        story.done("Alice", ok=False)
        assert story.waiting == ["Bob"]
        story.done("Bob")
        assert story.waiting == ["Alice", "Bob"]
    story.done("Bob").done("Alice", ok=True)
    assert story.ended == "COMPLETED"


def test_a_join_keeps_tokens_that_came_too_early() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> task:A1 -> xor:Merge
        Fork -> task:A2 -> Merge
        Merge -> and:Join
        Fork -> user:B1 -> xor:Merge2
        Fork -> user:B2 -> Merge2
        Merge2 -> Join
        Join -> user:After -> end
        """
    )
    story.done("B1")
    assert story.waiting == ["After", "B2"]
    story.done("B2")
    assert story.waiting == ["After", "After"]


def test_a_join_that_can_never_fire_is_named_by_an_incident() -> None:
    story = Story(
        """
        start -> xor:Pick
        Pick -[left]-> and:Join
        Pick -/-> user:Right -> Join
        Join -> end
        """,
        given={"left": True},
    )
    assert story.waiting == ["Join!"]
    assert "f_Right_Join" in story.incident()["message"]
    story.retry("Join")
    assert story.waiting == ["Join!"]


def test_an_inclusive_gateway_takes_every_condition_that_holds_and_joins_them() -> None:
    story = Story(
        """
        start -> or:Split
        Split -[a]-> user:A -> or:Join
        Split -[b]-> user:B -> Join
        Split -[c]-> user:C -> Join
        Join -> user:After -> end
        """,
        given={"a": True, "b": False, "c": True},
    )
    assert story.waiting == ["A", "C"]
    story.done("C")
    assert story.waiting == ["A"]
    story.done("A")
    assert story.waiting == ["After"]


def test_an_inclusive_gateway_takes_its_default_when_nothing_holds() -> None:
    story = Story(
        """
        start -> or:Split
        Split -[a]-> user:A -> or:Join
        Split -/-> user:B -> Join
        Join -> end
        """,
        given={"a": False},
    )
    assert story.waiting == ["B"]
    assert story.done("B").ended == "COMPLETED"


def test_an_inclusive_join_in_a_loop_waits_in_every_round() -> None:
    story = Story(
        """
        start -> or:Split
        Split -[a]-> user:A -> or:Join
        Split -[b]-> user:B -> Join
        Join -> xor:Ok
        Ok -[ok]-> end
        Ok -/-> Split
        """,
        given={"a": True, "b": True, "ok": False},
    )
    for _ in range(3):
        story.done("A")
        assert story.waiting == ["B"]
        story.done("B")
        assert story.waiting == ["A", "B"]
    story.done("A").done("B", ok=True)
    assert story.ended == "COMPLETED"


def test_several_flows_out_of_an_activity_are_all_taken() -> None:
    story = Story(
        """
        start -> task:Fork
        Fork -> user:A -> end:EndA
        Fork -> user:B -> end:EndB
        """
    )
    assert story.waiting == ["A", "B"]


def test_conditions_on_the_flows_out_of_an_activity_hold() -> None:
    """SpiffWorkflow fault 6: it ignored them."""
    story = Story(
        """
        start -> task:Fork
        Fork -[vip]-> user:Call -> end:EndA
        Fork -[vip = false]-> user:Mail -> end:EndB
        """,
        given={"vip": True},
    )
    assert story.waiting == ["Call"]


def test_a_drawing_without_start_and_end_events_runs() -> None:
    story = Story("task:A -> user:B")
    assert story.waiting == ["B"]
    assert story.done("B").ended == "COMPLETED"


def test_tasks_may_be_called_start_and_end() -> None:
    """SpiffWorkflow fault 6: a user task with the id End was skipped."""
    story = Story("start:Begin -> user:Start -> user:End -> end:Finish")
    assert story.waiting == ["Start"]
    assert story.done("Start").waiting == ["End"]
    assert story.done("End").ended == "COMPLETED"


def test_a_link_jumps_to_its_twin() -> None:
    """SpiffWorkflow fault 6: the token vanished."""
    story = Story(
        """
        start -> throw:Out(link=L)
        catch:In(link=L) -> user:After -> end
        """
    )
    assert story.waiting == ["After"]


def test_the_first_event_wins_at_an_event_based_gateway() -> None:
    """SpiffWorkflow fault 7: two timers shared one slot and the short one never fired."""
    story = Story(
        """
        start -> event:Which
        Which -> catch:Short(timer=PT1H) -> user:AfterShort -> end:E1
        Which -> catch:Long(timer=PT2H) -> end:E2
        Which -> catch:Paid(message=paid; key=order) -> end:E3
        """,
        given={"order": "o-1"},
    )
    assert story.waiting == ["Long", "Paid", "Short"]
    assert "Short ACTIVE" not in story.told
    story.later(hours=1)
    assert story.waiting == ["AfterShort"]


def test_a_message_wins_at_an_event_based_gateway_and_brings_its_variables() -> None:
    story = Story(
        """
        start -> event:Which
        Which -> catch:Late(timer=PT2H) -> end:E2
        Which -> receive:Paid(message=paid; key=order) -> end:E3
        """,
        given={"order": 17},
    )
    assert story.wait("Paid").data == {"name": "paid", "correlation_key": "17"}
    story.done("Paid", amount=12)
    assert story.ended == "COMPLETED"
    assert story.variables == {"order": 17, "amount": 12}


def test_an_endless_loop_ends_as_an_incident() -> None:
    story = Story(
        """
        start -> xor:Again -> task:Busy -> Again
        """
    )
    assert story.waiting[0].endswith("!")
    assert "5000 steps" in story.incident()["message"]


def test_a_thousand_turns_leave_the_state_as_small_as_one() -> None:
    """SpiffWorkflow faults 2 and 14: deep trees broke, and the state held every task ever run."""
    story = Story(
        """
        start -> xor:Again -> user:Review -> xor:Ok
        Ok -[ok]-> end
        Ok -/-> Again
        """
    )
    story.done("Review", ok=False)
    size = len(str(story.state))
    for _ in range(1000):
        story.done("Review", ok=False)
    assert len(str(story.state)) < size + 20
    assert story.done("Review", ok=True).ended == "COMPLETED"
