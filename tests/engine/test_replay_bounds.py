"""Replay at its bounds: what is called, loops, forms, what cannot be replayed.

Rules of replay (engine/replay): P6 called processes; P7 loops; P8 what cannot be replayed; P9
forms.
"""

import json

from engine import reads, replay, store
from engine.model import Resource
from engine.replay import Reason, Result
from tests.engine.house import House
from tests.engine.replaying import on
from tests.support.bpmn import resource

CALL = "start -> call:Other(process=child; in.given== {given}) -> user:Ask -> end"


def test_p6_what_was_called_answers_from_record(house: House) -> None:
    child = resource("start -> user:Inside -> end", "child")
    house.deploy(CALL.format(given="amount"), "p", child)
    started = house.start(amount=3)
    with store.reading(house.database) as connection:
        [called] = reads.children(connection, started.instance_key)
    house.clock.advance(hours=1)
    house.do(called.key, "Inside", found=4)
    house.do(started, "Ask", answer="yes")

    [same] = on(house, CALL.format(given="amount + 0"))
    [other] = on(house, CALL.format(given="amount + 1"))
    [another] = on(house, CALL.replace("child", "third").format(given="amount"))

    assert same.result is Result.SAME
    assert other.stopped is not None
    assert (other.stopped.why, other.stopped.detail) == ("given other values", "given")
    assert another.stopped is not None
    assert another.stopped.why == "never there"


def test_p7_loops_are_matched_by_their_index(house: House) -> None:
    drawing = "start -> user:Ask(each== {items}; item=letter; collect=all; element== said) -> end"
    house.deploy(drawing.format(items='["a", "b", "c"]'))
    started = house.start()
    with store.reading(house.database) as connection:
        waits = reads.waiting(connection, started.instance_key)
    for number, wait in enumerate(reversed(waits)):  # in another order than they began
        house.clock.advance(minutes=1)
        house.engine.by("alice").tasks.complete(wait.key, {"said": f"{number}"})

    [same] = on(house, drawing.format(items='["a", "b", "c"]'))
    [fewer] = on(house, drawing.format(items='["a", "b"]'))
    [more] = on(house, drawing.format(items='["a", "b", "c", "d"]'))

    assert same.result is Result.SAME
    assert fewer.result is Result.ANOTHER_WAY
    assert fewer.stopped is None
    assert [each.kind for each in fewer.differences][-1] == "unheard"
    assert more.stopped is not None
    assert (more.stopped.element, more.stopped.why) == ("Ask", "never there")


def test_p8_what_cannot_be_replayed_is_counted_by_reason(house: House) -> None:
    house.deploy("start -> user:Ask -> user:Again -> end")
    keys = {}
    for name in ("fine", "erased", "moved", "older", "cancelled"):
        started = house.start(name=name)
        keys[name] = started.instance_key
        if name == "moved":
            house.engine.by("olga").instances.modify(
                started.instance_key,
                move=[{"sourceElementId": "Ask", "targetElementId": "Again"}],
            )
        elif name == "cancelled":
            house.engine.by("olga").instances.cancel(started.instance_key)
            continue
        else:
            house.do(started, "Ask", answer="yes")
        house.do(started, "Again", answer="yes")
    house.engine.by("leo").privacy.erase(store.instance.c.key == keys["erased"])
    with store.writing(house.database) as connection:
        old = store.history.c
        connection.execute(
            store.history.update()
            .where(old.instance_key == keys["older"])
            .values(payload='{"salt":"x","values":[]}')
        )

    outcomes = on(house, "start -> user:Ask -> user:Again -> end")

    found = {each.key: (each.result, each.reason) for each in outcomes}
    assert found == {
        keys["fine"]: (Result.SAME, None),
        keys["erased"]: (Result.NOT_REPLAYABLE, Reason.ERASED),
        keys["moved"]: (Result.NOT_REPLAYABLE, Reason.MOVED),
        keys["older"]: (Result.NOT_REPLAYABLE, Reason.NOT_KEPT),
        keys["cancelled"]: (Result.SAME, None),
    }
    report = replay.Report().add(outcomes)
    assert (report.total, report.replayed) == (5, 2)
    assert report.reasons == {Reason.ERASED: 1, Reason.MOVED: 1, Reason.NOT_KEPT: 1}


def test_p8_a_case_by_chance_is_not_reproduced(house: House) -> None:
    drawing = "start -> script:Draw(expression== random number(); result=drawn) -> end"
    house.deploy(drawing)
    house.start()

    [outcome] = on(house, drawing)

    assert (outcome.result, outcome.reason) == (Result.NOT_REPLAYABLE, Reason.NOT_REPRODUCED)
    assert "drawn" in outcome.told


def form(*fields: dict[str, object]) -> Resource:
    schema = {"type": "default", "id": "ask", "components": list(fields)}
    return Resource("ask.form", json.dumps(schema).encode())


def test_p9_an_answer_goes_through_the_form_of_the_version(house: House) -> None:
    drawing = "start -> user:Ask(form=ask) -> end"
    said: dict[str, object] = {"type": "textfield", "key": "said", "label": "Said"}
    why = {"type": "textfield", "key": "why", "label": "Why", "validate": {"required": True}}
    house.deploy(drawing, "p", form(said))
    house.do(house.start(), "Ask", said="yes")

    [same] = on(house, drawing, form(said | {"label": "Say"}))
    [narrower] = on(house, drawing, form({"type": "textfield", "key": "other", "label": "Other"}))
    [refused] = on(house, drawing, form(said, why))

    assert same.result is Result.SAME
    assert narrower.result is Result.OTHER_VALUES
    assert refused.stopped is not None
    assert (refused.stopped.why, refused.stopped.detail) == ("refused", "why")


def test_signals_variables_and_buffered_messages_come_as_they_came(house: House) -> None:
    drawing = """
        start -> event:Wait
        Wait -> catch:Heard(signal=go) -> user:Ask -> catch:Paid(message=paid; key== order) -> end
        Wait -> catch:Over(timer=PT1H) -> end:Late
    """
    house.deploy(drawing)
    started = house.start(order="1")
    house.clock.advance(minutes=5)
    house.engine.signals.broadcast("go", {"by": "hand"})
    house.engine.by("olga").instances.set_variables(started.instance_key, {"note": 1})
    house.engine.messages.publish("paid", "1", {"amount": 5}, ttl_ms=3_600_000)
    house.clock.advance(minutes=5)
    house.do(started, "Ask", answer="yes")
    assert house.state(started) == "COMPLETED"

    [outcome] = on(house, drawing)

    assert outcome.result is Result.SAME
