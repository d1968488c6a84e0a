"""No instance takes more than its share, however it came by it; the others go on."""

import pytest

from engine import reads, store
from engine.errors import Invalid
from engine.limits import Limits
from engine.model import Resource
from engine.transaction.catalogue import Catalogue
from tests.engine.house import House
from tests.support.bpmn import resource

DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="n"><decision id="d" name="NAME"><literalExpression><text>1</text>
  </literalExpression></decision></definitions>"""
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
        [found] = reads.incidents(connection).items
    assert (found.element_id, "bytes" in found.message) == ("Greet", True)


def test_a_letter_of_many_bytes_counts_as_many(house: House) -> None:
    house.deploy(TWO)
    small(house, variables_bytes=4_000)
    instance = house.start(said="ژ" * 1_900)
    with pytest.raises(Invalid, match="bytes"):
        house.do(instance, "A", more="ژ" * 1_000)


def test_the_wall_limit_holds_for_everything_a_request_sets_off(house: House) -> None:
    house.deploy("start -> user:Ask -> call:Gate(process=q) -> user:After -> end")
    house.deploy("start -> call:Inner(process=r) -> end", "q")
    house.deploy("start -> script:S(expression== 1; result=x) -> end", "r")
    instance = house.start()
    house.engine.limits = Limits(engine_seconds=1e-9)

    house.do(instance, "Ask")

    for process_id in ("q", "r"):  # the chain goes on a call further each time
        with store.reading(house.database) as connection:
            [found] = reads.incidents(connection).items
        assert (found.process_id, "too many steps" in found.message) == (process_id, True)
        house.engine.by("alice").incidents.resolve(found.key)
    while found:
        with store.reading(house.database) as connection:
            found = next(iter(reads.incidents(connection).items), None)  # type: ignore[assignment]
        if found:
            house.engine.by("alice").incidents.resolve(found.key)
    assert list(house.waits(instance)) == ["After"]


LONG = "An order of a very long name. " * 50


def test_limits_are_settings_and_what_was_deployed_runs_when_they_shrink(house: House) -> None:
    drawing = resource(f"start -> rule:Decide(name={LONG}; decision=d; result=r) -> user:A -> end")
    table = Resource("d.dmn", DMN.replace("NAME", LONG).encode())
    with pytest.raises(Invalid) as refused:
        house.engine.definitions.deploy([drawing, table])
    assert {each.resource for each in refused.value.problems} == {"p.bpmn", "d.dmn"}

    small(house, name_characters=5_000)
    house.engine.definitions.deploy([drawing, table])
    small(house)
    house.engine.catalogue = Catalogue()  # as after a restart

    assert house.variables(house.start()) == {"r": 1}


def test_timers_items_and_calls_have_their_settings_too(house: House) -> None:
    small(house, timer_ahead_days=1, multi_instance_items=2, call_depth=2)
    house.deploy("start -> catch:Later(timer=P3D) -> end")
    house.deploy("start -> user:Each(each== list; item=i) -> end", "q")
    house.deploy("start -> call:Again(process=r) -> end", "r")

    far, wide, deep = house.start(), house.start("q", list=[1, 2, 3]), house.start("r")

    with store.reading(house.database) as connection:
        found = {i.process_id: i for i in reads.incidents(connection).items}
        running = reads.instances(connection, process_id="r").items
    assert [found[p].element_id for p in ("p", "q", "r")] == ["Later", "Each", "Again"]
    assert len(running) == 2
    assert {house.state(each) for each in (far, wide, deep)} == {"ACTIVE"}


def test_a_variable_that_is_written_sets_off_no_more_than_the_house_allows(house: House) -> None:
    house.deploy("""
        start -> user:Ask -> end
        boundary:Go(on=Ask; condition== go) -> xor:Again -> task:Busy -> Again
    """)
    small(house, engine_steps=50)
    instance = house.start(go=False)

    house.engine.by("alice").instances.set_variables(instance.instance_key, {"go": True})

    with store.reading(house.database) as connection:
        [found] = reads.incidents(connection).items
    assert "More than 50 steps" in found.message
