"""Events on the border of every kind of activity, repeated in every way, interrupting and not."""

import pytest

from engine.model import Resource
from tests.support.bpmn import resource
from tests.support.story import Story

KINDS = {
    "user": "user:A",
    "service": "service:A",
    "send": "send:A",
    "receive": "receive:A(message=go; key== 1)",
    "script": "script:A(type=work)",
    "rule": "rule:A(type=work)",
    "call": "call:A(process=child)",
    "sub": "sub:A",
    "transaction": "transaction:A",
    "adhoc": 'adhoc:A(active== ["X"])',
}
INSIDE = {
    "sub": "A {\nstart:S -> user:X -> end:SE\n}",
    "transaction": "A {\nstart:S -> user:X -> end:SE\n}",
    "adhoc": "A {\nuser:X\n}",
}
LOOPS = ["", "each== [1, 2]", "each== [1, 2]; sequential", "while== true; max=2"]
TRIGGERS = {
    "message": "message=m; key== 1",
    "signal": "signal=s",
    "timer": "timer=PT1H",
    "condition": "condition== hot",
}


def drawn(kind: str, loop: str, trigger: str) -> str:
    node = KINDS[kind]
    if loop:
        node = f"{node[:-1]}; {loop})" if node.endswith(")") else f"{node}({loop})"
    return (
        f"start -> {node} -> end\n{INSIDE.get(kind, '')}\n"
        f"boundary:B(on=A; {trigger}) -> user:Then -> end:E"
    )


def happens(story: Story, trigger: str) -> None:
    if trigger == "timer":
        story.later(hours=1)
    elif trigger == "condition":
        story.set(hot=True)
    else:
        story.done("B")


def work(story: Story) -> list[str]:
    return [name for name in story.waiting if name != "B"]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_happens_on_a_border_ends_the_activity_or_leaves_it_alone(
    kind: str, loop: str
) -> None:
    for trigger, words in TRIGGERS.items():
        for keep in ("", "; keep"):
            story = Story(drawn(kind, loop, words + keep), given={"hot": False})
            before = work(story)
            happens(story, trigger)
            assert work(story) == sorted([*(before if keep else []), "Then"])
            while work(story):
                story.done(work(story)[0])
            assert story.ended == "COMPLETED"


def test_an_error_of_one_item_ends_the_whole_multi_instance_activity() -> None:
    story = Story(
        """
        start -> sub:Work(each== [1, 2, 3]) -> end
        boundary:Bad(on=Work; error=bad; out.why== reason) -> user:Fix -> end:F
        Work {
            start:S -> service:Job -> end:E
        }
        """
    )
    assert story.throw("Job", "bad", reason="x").waiting == ["Fix"]
    assert story.variables == {"why": "x"}


def test_an_event_subprocess_inside_an_item_is_of_that_item_alone() -> None:
    story = Story(
        """
        start -> sub:Work(each== [1, 2, 3]; collect=out; element== r) -> end
        Work {
            start:S -> service:Job -> end:E
            eventsub:Repair {
                start:Caught(error=bad) -> user:Fix -> end:F
            }
        }
        """
    )
    assert story.throw("Job", "bad").waiting == ["Fix", "Job", "Job"]
    story.done("Fix", r=1).done("Job", r=2).done("Job", r=3)
    assert story.variables == {"out": [1, 2, 3]}


def test_each_item_escalates_for_itself_and_an_interrupting_event_ends_all() -> None:
    text = """
        start -> sub:Work(each== [1, 2, 3]) -> end
        boundary:Up(on=Work; escalation=e{keep}) -> user:Boss -> end:F
        Work {{
            start:S -> throw:T(escalation=e) -> user:X -> end:E
        }}
        """
    assert Story(text.format(keep="; keep")).waiting == ["Boss"] * 3 + ["X"] * 3
    assert Story(text.format(keep="")).waiting == ["Boss"]


def test_what_an_event_subprocess_throws_is_caught_outside_of_its_scope() -> None:
    story = Story(
        """
        start -> sub:Work -> end
        boundary:Bad(on=Work; error=bad) -> user:Fix -> end:F
        Work {
            start:S -> service:Job -> end:E
            eventsub:Repair {
                start:Caught(error=bad) -> end:Again(error=bad)
            }
        }
        """
    )
    assert story.throw("Job", "bad").waiting == ["Fix"]


def test_a_message_that_is_sent_may_fail_with_an_error_too() -> None:
    story = Story(
        """
        start -> throw:Tell(message=m; type=mail) -> end:Last(message=n; type=mail)
        eventsub:Repair {
            start:Caught(error=) -> user:Fix -> end:F
        }
        """
    )
    assert story.done("Tell").throw("Last", "bounced").waiting == ["Fix"]


def test_an_event_subprocess_is_helped_by_those_beside_it_until_one_has_interrupted() -> None:
    text = """
        start -> sub:Work -> end
        boundary:Bad(on=Work; error=bad) -> user:Fix -> end:F
        Work {{
            start:S -> user:Ask -> end:E
            eventsub:Beside {{
                start:Heard(message=m; key== 1{keep}) -> service:Job -> end:BE
            }}
            eventsub:Repair {{
                start:Caught(error=bad) -> user:Mend -> end:RE
            }}
        }}
        """
    beside = Story(text.format(keep="; keep")).done("Heard").throw("Job", "bad")
    assert beside.waiting == ["Mend"]
    instead = Story(text.format(keep="")).done("Heard").throw("Job", "bad")
    assert instead.waiting == ["Fix"]


def test_an_error_without_a_code_is_every_one_in_camunda_8_elsewhere_it_goes_by_its_name() -> None:
    drawn = resource(
        """
        start -> service:Job -> end
        boundary:Bad(on=Job; error=bad) -> user:Fix -> end:F
        """
    ).content.replace(b'errorCode="bad"', b'name="bad"')
    other = drawn.replace(b' modeler:executionPlatform="Camunda Cloud"', b"")
    caught = [
        Story(Resource("p.bpmn", content)).throw("Job", code).waiting
        for content in (drawn, other)
        for code in ("bad", "other")
    ]
    assert caught == [["Fix"], ["Fix"], ["Fix"], ["Job", "Job!"]]
