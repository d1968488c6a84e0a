"""No instance takes more than its share, however it came by it; the others go on."""

import pytest
from sqlalchemy import Engine as Database

from engine import queries, store
from engine.engine import Engine
from engine.errors import EngineError, Invalid
from engine.limits import Limits
from tests.engine.house import Clock, House
from tests.support.bpmn import resource

TWO = "start -> user:A -> user:B -> end"


def small(house: House, **limits: float) -> None:
    house.engine.limits = Limits(**limits)  # type: ignore[arg-type]


def test_what_many_steps_bring_together_is_bounded_too(house: House) -> None:
    house.deploy(TWO)
    small(house, variables_bytes=4_000)
    instance = house.start()
    house.do(instance, "A", first="x" * 3_000)

    with pytest.raises(Invalid, match="bytes"):
        house.do(instance, "B", second="y" * 3_000)

    assert list(house.waits(instance)) == ["B"], "nothing is lost"
    house.do(instance, "B", second="short")
    assert house.state(instance) == "COMPLETED"


def test_names_are_counted_over_all_steps(house: House) -> None:
    house.deploy(TWO)
    small(house, variables_keys=5)
    instance = house.start(a=1, b=2, c=3)
    with pytest.raises(Invalid, match="variables"):
        house.do(instance, "A", d=4, e=5, f=6)
    house.do(instance, "A", d=4, e=5)


def test_a_job_that_answers_too_much_is_an_incident(house: House) -> None:
    house.deploy("start -> service:Greet(type=shop.greet) -> end")
    small(house, variables_bytes=4_000)
    house.start(customer="x" * 3_900)

    house.run()

    with store.reading(house.database) as connection:
        [found] = queries.incidents(connection).items
    assert (found.element_id, "bytes" in found.message) == ("Greet", True)


def test_a_letter_of_many_bytes_counts_as_many(house: House) -> None:
    house.deploy(TWO)
    small(house, variables_bytes=4_000)
    instance = house.start(said="ژ" * 1_900)
    with pytest.raises(Invalid, match="bytes"):
        house.do(instance, "A", more="ژ" * 1_000)


def test_two_processes_that_start_each_other_for_ever_are_stopped(house: House) -> None:
    house.deploy("start:Ping(signal=ping) -> throw:Pong(signal=pong) -> end", "ping")
    house.deploy("start:Pong(signal=pong) -> throw:Ping(signal=ping) -> end", "pong")

    with pytest.raises(EngineError, match="too many steps"):
        house.engine.broadcast("ping")

    with store.reading(house.database) as connection:
        assert queries.instances(connection).items == ()


def test_the_wall_limit_holds_for_everything_a_request_sets_off(
    database: Database, clock: Clock
) -> None:
    engine = Engine(database, clock=clock, limits=Limits(engine_seconds=1e-9))
    engine.deploy([resource("start -> call:Gate(process=p) -> end")])

    with pytest.raises(EngineError, match="too many steps"):
        engine.start("p")
