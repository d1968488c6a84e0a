"""Which version is current: deliveries, candidates, taking back."""

import pytest
from sqlalchemy import func, select

from engine import reads, store
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.model import Resource, StartRequest
from tests.engine.house import House
from tests.support.bpmn import resource

SHIPPED = "start -> user:Shipped -> end"
OWNERS = "start -> user:Owners -> end"
NEWER = "start -> user:Newer -> end"


def named(drawing: str, file: str = "p.bpmn", process_id: str = "p") -> Resource:
    return Resource(file, resource(drawing, process_id).content)


def asks(house: House, **variables: object) -> str:
    """What a new instance of p asks first."""
    started = house.engine.instances.start(StartRequest("p", variables=variables))
    [element] = house.waits(started)
    return element


def on_trial(house: House, files: list[Resource], share: float = 0.5) -> int:
    """Let Bob propose a candidate and Alice approve it; return its deployment."""
    proposed = house.engine.by("bob").definitions.propose_candidate(files, share=share)
    house.engine.by("alice").definitions.approve_candidate(proposed.key)
    return proposed.key


def versions(house: House) -> list[int]:
    with store.reading(house.database) as connection:
        return [each.version for each in reads.versions(connection, "p")]


@pytest.mark.parametrize("file", ["p.bpmn", "my own.bpmn"])
def test_c14_what_an_owner_changed_is_never_overwritten_at_a_start(house: House, file: str) -> None:
    # given the product brings a process and its owner changes it
    product = house.engine.by("peyvand").definitions
    assert product.deliver([named(SHIPPED)]).held == ()
    house.engine.by("alice").definitions.deploy([named(OWNERS, file)])

    # when the product starts again with the same file
    again = product.deliver([named(SHIPPED)])

    # then nothing is deployed
    assert (again.deployment, again.held, versions(house)) == (None, (), [2, 1])
    assert asks(house) == "Owners"

    # when a newer release brings a newer file
    newer = product.deliver([named(NEWER)])

    # then it is held, also at the next start, and the owner's version stays
    assert (newer.held, versions(house), asks(house)) == (("p.bpmn",), [2, 1], "Owners")
    assert product.deliver([named(NEWER)]).held == ("p.bpmn",)

    # until somebody decides for it
    house.engine.by("alice").definitions.accept_delivery("p.bpmn")
    assert asks(house) == "Newer"
    assert product.deliver([named(NEWER)]).held == ()
    assert product.deliver([named(SHIPPED)]).held == ()
    assert asks(house) == "Shipped", "what nobody changed is taken along"


def test_c14_a_held_file_may_be_dismissed(house: House) -> None:
    product = house.engine.by("peyvand").definitions
    product.deliver([named(SHIPPED)])
    house.engine.by("alice").definitions.deploy([named(OWNERS)])
    product.deliver([named(NEWER)])

    house.engine.by("alice").definitions.dismiss_delivery("p.bpmn")

    assert product.deliver([named(NEWER)]).held == ()
    assert asks(house) == "Owners"
    with pytest.raises(NotFound):
        house.engine.by("alice").definitions.accept_delivery("p.bpmn")


def test_an_owners_process_of_an_older_database_is_not_overwritten(house: House) -> None:
    house.engine.by("alice").definitions.deploy([named(OWNERS)])

    held = house.engine.by("peyvand").definitions.deliver([named(SHIPPED)]).held

    assert (held, asks(house)) == (("p.bpmn",), "Owners")


def test_a_candidate_runs_for_its_share_and_a_customer_stays_on_one_side(house: House) -> None:
    house.deploy(SHIPPED)
    on_trial(house, [resource(NEWER)], share=0.25)

    first = {n: asks(house, customer_id=n) for n in range(1, 201)}
    second = {n: asks(house, customer_id=n) for n in range(1, 201)}

    assert first == second
    assert list(first.values()).count("Newer") == 50, "a quarter, after each whole block"
    assert asks(house) == "Shipped", "nobody is drawn who has no key"
    explicit = house.engine.instances.start(StartRequest("p", version=2))
    assert list(house.waits(explicit)) == ["Newer"]
    with store.reading(house.database) as connection:
        side = store.instance.c.trial_side
        drawn = connection.execute(select(side, func.count()).group_by(side)).all()
    assert dict(map(tuple, drawn))[None] == 2, "these are not measured"


def test_what_a_candidate_calls_comes_from_the_candidate(house: House) -> None:
    calls = "start -> call:Again(process=child) -> end"
    house.deploy(calls, "p", resource("start -> user:Old -> end", "child"))
    changed = resource(calls.replace("Again", "Anew"))
    child = resource("start -> user:New -> end", "child")
    on_trial(house, [changed, child])

    seen: dict[str | None, set[str]] = {}
    for number in range(1, 31):
        request = StartRequest("p", variables={"customer_id": number})
        started = house.engine.instances.start(request)
        with store.reading(house.database) as connection:
            [child] = reads.children(connection, started.instance_key)
            one = store.instance.c.key == started.instance_key
            side = connection.execute(select(store.instance.c.trial_side).where(one)).scalar()
        seen.setdefault(side, set()).update(house.waits(child.key))

    assert seen == {"candidate": {"New"}, "current": {"Old"}}


def test_a_candidate_is_made_current_or_ended(house: House) -> None:
    house.deploy(SHIPPED)
    definitions = house.engine.by("bob").definitions
    on_trial(house, [resource(NEWER)])
    definitions.end_trial("p")
    assert {asks(house, customer_id=n) for n in range(20)} == {"Shipped"}

    on_trial(house, [resource(OWNERS)])
    definitions.promote_candidate("p")

    assert {asks(house, customer_id=n) for n in range(20)} == {"Owners"}
    with pytest.raises(NotFound, match="no candidate"):
        definitions.promote_candidate("p")


def test_a_candidate_with_other_start_events_is_refused(house: House) -> None:
    house.deploy(SHIPPED)
    other = resource("start:By(message=order; key== id) -> user:A -> end")

    with pytest.raises(Invalid, match="other start events"):
        house.engine.by("bob").definitions.propose_candidate([other])


def test_a_deployment_is_taken_back_with_all_its_files(house: House) -> None:
    house.deploy(SHIPPED, "p", resource(SHIPPED, "q"))
    bad = house.engine.by("bob").definitions.deploy([resource(NEWER), resource(NEWER, "q")])
    running = house.start()

    back = house.engine.by("alice").definitions.take_back(bad.key)

    assert [item.version for item in back.deployment.items] == [3, 3]
    assert back.instance_keys == (running.instance_key,)
    assert asks(house) == "Shipped"
    assert list(house.waits(running)) == ["Newer"], "who runs goes on, until migrated"


def test_what_was_new_cannot_be_taken_back(house: House) -> None:
    deployed = house.engine.by("alice").definitions.deploy([resource(SHIPPED)])

    with pytest.raises(Conflict, match="nothing before"):
        house.engine.by("alice").definitions.take_back(deployed.key)


def test_a_form_that_was_new_stays_when_the_drawing_that_shows_it_is_taken_back(
    house: House,
) -> None:
    house.deploy(SHIPPED)
    form = Resource("added.form", b'{"type": "default", "id": "added", "components": []}')
    both = house.engine.by("bob").definitions.deploy([resource(NEWER), form])

    back = house.engine.by("alice").definitions.take_back(both.key)

    assert [(item.kind, item.version) for item in back.deployment.items] == [("process", 3)]
    assert asks(house) == "Shipped"


def test_a_deleted_current_version_leaves_the_one_before(house: House) -> None:
    house.deploy(SHIPPED)
    second = house.engine.by("bob").definitions.deploy([resource(NEWER)])

    house.engine.by("bob").definitions.delete(second.items[0].key)

    assert asks(house) == "Shipped"


def sides(house: House, count: int, first: int = 1) -> list[str]:
    return [asks(house, customer_id=n) for n in range(first, first + count)]


def test_c6_nothing_runs_on_a_candidate_before_somebody_else_approves_it(house: House) -> None:
    house.deploy(SHIPPED)
    proposed = house.engine.by("bob").definitions.propose_candidate([resource(NEWER)])

    assert set(sides(house, 12)) == {"Shipped"}
    with pytest.raises(Forbidden, match="four eyes"):
        house.engine.by("bob").definitions.approve_candidate(proposed.key)
    with store.reading(house.database) as connection:
        [told] = reads.candidates(connection)
        assert connection.execute(select(store.candidate.c.seed)).scalar() == "", "none before"
    assert (told.state, told.by, told.approved_by) == ("PROPOSED", "bob", None)

    house.engine.by("alice").definitions.approve_candidate(proposed.key)

    assert set(sides(house, 12)) == {"Shipped", "Newer"}
    with store.reading(house.database) as connection:
        [told] = reads.candidates(connection)
    assert (told.state, told.by, told.approved_by) == ("TRIAL", "bob", "alice")
    assert not hasattr(told, "seed")
    with pytest.raises(NotFound):
        house.engine.by("alice").definitions.approve_candidate(proposed.key)


def test_c6_a_company_of_one_approves_alone(house: House) -> None:
    house.deploy(SHIPPED)
    proposed = house.engine.by("bob").definitions.propose_candidate([resource(NEWER)])
    house.engine.one_person_may_do_all = lambda _: True

    house.engine.by("bob").definitions.approve_candidate(proposed.key)

    assert set(sides(house, 12)) == {"Shipped", "Newer"}


def test_c6_a_proposed_candidate_is_refused(house: House) -> None:
    house.deploy(SHIPPED)
    proposed = house.engine.by("bob").definitions.propose_candidate([resource(NEWER)])

    house.engine.by("alice").definitions.refuse_candidate(proposed.key)

    with pytest.raises(NotFound):
        house.engine.by("alice").definitions.approve_candidate(proposed.key)
    assert set(sides(house, 8)) == {"Shipped"}


def test_c6_sides_are_balanced_in_each_stratum_and_after_each_block(house: House) -> None:
    house.deploy(SHIPPED)
    house.engine.stratum = lambda _connection, unit: "odd" if int(unit) % 2 else "even"
    key = on_trial(house, [resource(NEWER)])

    drawn = sides(house, 48)

    for parity in (drawn[0::2], drawn[1::2]):
        blocks = [parity[at : at + 4] for at in range(0, len(parity), 4)]
        assert [block.count("Newer") for block in blocks] == [2] * 6
        assert len({tuple(block) for block in blocks}) > 1, "the order cannot be foreseen"
    with store.reading(house.database) as connection:
        assert reads.drawn(connection, "p", key) == {"candidate": 24, "current": 24}
        units = connection.execute(select(store.trial_unit.c.unit)).scalars().all()
    assert not {str(n) for n in range(1, 49)} & set(units), "who it was is not kept"


def test_c6_every_door_passes_the_draw(house: House) -> None:
    drawing = """
        start:By(message=order; key== id) -> user:{name} -> end
        start:Go(signal=go) -> {name}
        start:Hand -> {name}
    """
    house.deploy(drawing.format(name="Shipped"))
    on_trial(house, [resource(drawing.format(name="Newer"))])
    by_hand = {n: asks(house, customer_id=n) for n in range(1, 17)}

    for n in range(1, 17):
        house.engine.messages.publish("order", f"o-{n}", {"customer_id": n})
        house.engine.signals.broadcast("go", {"customer_id": n})

    found: dict[int, set[str]] = {}
    with store.reading(house.database) as connection:
        rows = connection.execute(
            select(store.user_task.c.element_id, store.variable.c.value)
            .join(store.variable, store.variable.c.instance_key == store.user_task.c.instance_key)
            .where(store.variable.c.name == "customer_id")
        )
        for element, customer in rows:
            found.setdefault(customer, set()).add(element)
    assert found == {n: {side} for n, side in by_hand.items()}


def test_c6_another_trial_ends_the_one_before_and_draws_anew(house: House) -> None:
    house.deploy(SHIPPED)
    first = on_trial(house, [resource(NEWER)])
    before = sides(house, 64)

    second = on_trial(house, [resource(OWNERS)])
    after = sides(house, 64)

    assert after.count("Owners") == before.count("Newer") == 32
    assert [s == "Owners" for s in after] != [s == "Newer" for s in before]
    with store.reading(house.database) as connection:
        states = {each.deployment_key: each.state for each in reads.candidates(connection, "p")}
    assert states == {first: "ENDED", second: "TRIAL"}
