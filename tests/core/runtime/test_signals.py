"""Signals: whoever listens when one is thrown hears it, once."""

from tests.support.story import Story


def test_c2_a_scope_that_throws_as_it_ends_is_heard_by_its_border() -> None:
    story = Story(
        """
        start -> sub:Work -> user:Normal -> end
        Work {
            start:S -> end:Stop(signal=stop)
        }
        boundary:Heard(on=Work; signal=stop) -> user:Caught -> end:Over
        """
    )
    assert story.waiting == ["Caught"]


def test_c2_who_begins_to_listen_later_does_not_hear_it() -> None:
    story = Story("start -> throw:T(signal=stop) -> catch:C(signal=stop) -> user:Caught -> end")
    assert story.waiting == ["C"]
    assert [signal["name"] for signal in story.signals] == ["stop"]


def test_c2_everybody_who_listens_hears_it_with_what_it_brings() -> None:
    story = Story(
        """
        start -> and:F
        F -> catch:A(signal=go) -> user:AfterA -> end:E1
        F -> catch:B(signal=go) -> user:AfterB -> end:E2
        F -> user:Wait -> throw:T(signal=go; in.who== "Ann") -> end:E3
        """
    )
    assert story.waiting == ["A", "B", "Wait"]
    story.done("Wait")
    assert story.waiting == ["AfterA", "AfterB"]
    assert story.visible("AfterA")["who"] == "Ann"


def test_c2_what_does_not_interrupt_hears_each_throw_once() -> None:
    story = Story(
        """
        start -> user:One -> throw:T1(signal=go) -> user:Two -> throw:T2(signal=go) -> user:Z -> end
        eventsub:Beside {
            start:Go(signal=go; keep) -> user:Note -> end:Noted
        }
        """
    )
    story.done("One")
    assert story.waiting == ["Go", "Note", "Two"]
    story.done("Two")
    assert story.waiting == ["Go", "Note", "Note", "Z"]


def test_c2_a_ring_of_signals_is_held_within_the_step() -> None:
    story = Story(
        """
        start -> user:Begin -> throw:First(signal=go) -> end
        eventsub:Again {
            start:Go(signal=go; keep) -> throw:More(signal=go) -> end:Over
        }
        """
    )
    story.done("Begin")
    assert any(name.endswith("!") for name in story.waiting)
