"""Execution listeners on every kind of element: locals before, merged after."""

import pytest

from tests.support.story import Story

WAITS = {  # element: whether somebody resumes it in between
    "user:A": True,
    "service:A": True,
    "script:A(expression== 1; result=r)": False,
    "rule:A(type=t)": True,
    "receive:A(message=m; key== 1)": True,
    "manual:A": False,
    "task:A": False,
    "call:A(process=child)": True,
    "catch:A(message=m; key== local)": True,
    "catch:A(timer== pause)": True,
    "catch:A(signal== pause)": True,
    "throw:A": False,
    "throw:A(escalation=e)": False,
    "throw:A(signal=s)": False,
    "throw:A(message=m; type=t)": True,
    "throw:A(compensate=)": False,
}
ENDS = ["", "signal=s; ", "terminate; ", "escalation=e; ", "compensate=; "]


@pytest.mark.parametrize("element", sorted(WAITS))
def test_what_a_start_listener_says_is_local_and_an_end_listener_writes_outside(
    element: str,
) -> None:
    words = "on_start=before; on_end=after)"
    drawn = f"{element[:-1]}; {words}" if element.endswith(")") else f"{element}({words}"
    story = Story(f"start -> {drawn} -> user:Next -> end")
    assert story.wait("A").data["listener_event"] == "START"
    story.done("A", local=1, pause="PT1H")
    if WAITS[element]:
        assert story.visible("A")["local"] == 1
        story.done("A")
    assert story.wait("A").data["listener_event"] == "END"
    story.done("A", up=2)
    assert story.waiting == ["Next"]
    assert story.variables.get("up") == 2
    assert "local" not in story.variables


@pytest.mark.parametrize("words", ENDS)
def test_end_events_have_listeners(words: str) -> None:
    story = Story(f"start -> end:E({words}on_start=before; on_end=after)")
    assert story.done("E").done("E").ended == "COMPLETED"


def test_a_start_listener_may_say_where_a_gateway_leads() -> None:
    for gateway in ("xor", "or"):
        story = Story(
            f"""
            start -> {gateway}:G(on_start=choose)
            G -[go]-> user:A -> end:E1
            G -/-> user:B -> end:E2
            """
        )
        assert story.done("G", go=True).waiting == ["A"]
        assert story.variables == {}
    story = Story(
        """
        start -> event:G(on_start=choose)
        G -> catch:Late(timer== pause) -> end:E1
        G -> catch:Paid(message=paid; key== order) -> end:E2
        """
    )
    assert story.done("G", pause="PT1H", order=4).waiting == ["Late", "Paid"]


@pytest.mark.parametrize("scope", ["sub", "transaction"])
def test_a_scope_has_listeners_before_and_after_all_inside(scope: str) -> None:
    story = Story(
        f"""
        start -> {scope}:Work(on_start=before; on_end=after) -> user:Next -> end
        Work {{
            start:S -> user:A -> end:E
        }}
        """
    )
    assert story.done("Work", q=1).visible("A") == {"q": 1}
    assert story.done("A").done("Work", z=2).waiting == ["Next"]
    assert story.variables == {"z": 2}


def test_an_event_subprocess_and_an_ad_hoc_one_have_listeners() -> None:
    story = Story(
        """
        start -> user:Ask -> end
        eventsub:Beside(on_start=before; on_end=after) {
            start:Heard(message=m; key== 1; on_end=heard) -> user:A -> end:E
        }
        """
    )
    assert story.done("Heard").done("Beside").done("Heard").waiting == ["A"]
    assert story.done("A").done("Beside").ended == "COMPLETED"
    story = Story(
        """
        start -> adhoc:Any(active== names; on_start=before; on_end=after) -> end
        Any {
            user:A
        }
        """
    )
    assert story.done("Any", names=["A"]).done("A").done("Any").ended == "COMPLETED"


def test_an_escalation_that_interrupts_leaves_no_time_for_an_end_listener() -> None:
    story = Story(
        """
        start -> sub:Work -> end
        boundary:Up(on=Work; escalation=e) -> user:Boss -> end:F
        Work {
            start:S -> throw:T(escalation=e; on_end=after) -> end:E
        }
        """
    )
    assert story.waiting == ["Boss"]
