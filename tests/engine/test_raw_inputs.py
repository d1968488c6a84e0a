"""The history keeps what each step was given, before any mapping, so that it can be replayed."""

from typing import Any

from engine import reads, store
from tests.engine.house import House


def given(house: House, key: int) -> list[dict[str, Any]]:
    with store.reading(house.database) as connection:
        return [each.given for each in reads.history(connection, key) if each.given]


def test_each_step_keeps_its_raw_input(house: House) -> None:
    house.deploy(
        "start -> user:Ask(out.said== upper case(answer)) -> catch:Paid(message=paid; key== order)"
        " -> catch:Later(timer=PT1H) -> user:Last -> end"
    )
    instance = house.start(order="o-1")
    house.do(instance, "Ask", answer="yes")
    house.engine.messages.publish("paid", "o-1", {"amount": 5})
    house.clock.advance(hours=2)
    house.run()
    house.engine.by("olga").instances.set_variables(instance.instance_key, {"note": 1})

    steps = given(house, instance.instance_key)

    assert [(step["kind"], step.get("element")) for step in steps] == [
        ("start", None),
        ("user_task", "Ask"),
        ("message", "Paid"),
        ("timer", "Later"),
        ("variables", None),
    ]
    assert steps[0]["values"] == {"order": "o-1"}
    assert steps[1]["values"] == {"answer": "yes"}, "before the output mapping"
    assert steps[2]["values"] == {"amount": 5}
    with store.reading(house.database) as connection:
        assert reads.verify(connection, instance.instance_key) is None


def test_raw_inputs_are_erased_with_the_values(house: House) -> None:
    house.deploy("start -> user:Ask -> end")
    instance = house.start(name="Mira Meadow")
    house.do(instance, "Ask", answer="Mira")

    house.engine.by("leo").privacy.erase(store.instance.c.key == instance.instance_key)

    assert given(house, instance.instance_key) == []
    with store.reading(house.database) as connection:
        assert reads.verify(connection, instance.instance_key) is None
