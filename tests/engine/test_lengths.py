"""A name that no column or index could hold is refused with its name, on every database alike."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import Invalid
from engine.model import StartRequest
from tests.engine.house import House

LONG = "ن" * 256
NOISE = "".join(random.Random(7).choices("abcdefghijklmnop0123456789", k=3_000))  # noqa: S311

REFUSED: dict[str, Callable[[House, int], Any]] = {
    "business key": lambda h, _: h.engine.instances.start(StartRequest("p", business_key=LONG)),
    "one of many business keys": lambda h, _: h.engine.instances.start_many(
        "p", [("a", {}), (LONG, {})]
    ),
    "variable": lambda h, _: h.engine.instances.start(StartRequest("p", variables={LONG: 1})),
    "assignee": lambda h, task: h.engine.tasks.assign(task, LONG),
    "claim": lambda h, task: h.engine.by(LONG).tasks.claim(task),
    "delegate": lambda h, task: h.engine.tasks.delegate(task, LONG),
    "candidate": lambda h, task: h.engine.tasks.update(task, {"candidate_users": [LONG]}),
    "correlation key": lambda h, _: h.engine.messages.publish("m", NOISE, ttl_ms=5),
    "message id": lambda h, _: h.engine.messages.publish("m", "k", ttl_ms=5, message_id=NOISE),
    "message name": lambda h, _: h.engine.messages.correlate(NOISE),
    "signal": lambda h, _: h.engine.signals.broadcast(LONG),
    "NUL": lambda h, _: h.engine.messages.publish("m", "a\x00", ttl_ms=5),
}


@pytest.fixture
def task(house: House) -> int:
    house.deploy("start -> user:A -> end")
    instance = house.start()
    return house.task(instance, "A")


def test_too_long_a_name_from_outside_is_refused(house: House, task: int) -> None:
    for what, verb in REFUSED.items():
        if what == "delegate":
            house.engine.tasks.assign(task, "alice")
        with pytest.raises(Invalid):
            verb(house, task)
    house.engine.instances.start(
        StartRequest("p", business_key="ن" * 255, variables={"ن" * 255: 1})
    )
    house.engine.messages.publish("m", "ن" * 1_000, ttl_ms=5)


@pytest.mark.parametrize(
    "element",
    [
        "user:X(assignee== name)",
        "user:X(users== [name])",
        "user:X(groups== [name])",
        "service:X(type== name)",
        "catch:X(message=m; key== noise)",
        "call:X(process=p; business== name)",
    ],
)
def test_too_long_a_name_out_of_an_expression_is_an_incident(house: House, element: str) -> None:
    house.deploy("start -> user:A -> end")
    house.deploy(f"start -> user:Before -> {element} -> end", "q")
    instance = house.start("q", name=LONG, noise=NOISE)

    house.do(instance, "Before")

    assert house.waits(instance)["X"].kind.value == "incident"
