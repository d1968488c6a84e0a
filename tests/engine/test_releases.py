"""Which version is current: deliveries, candidates, taking back."""

import pytest
from sqlalchemy import func, select

from engine import reads, store
from engine.errors import Conflict, Invalid, NotFound
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
    house.engine.by("bob").definitions.deploy_candidate([resource(NEWER)], share=0.25)

    first = {n: asks(house, customer_id=n) for n in range(1, 201)}
    second = {n: asks(house, customer_id=n) for n in range(1, 201)}

    assert first == second
    assert 25 <= list(first.values()).count("Newer") <= 80
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
    house.engine.by("bob").definitions.deploy_candidate([changed, child], share=0.5)

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
    definitions.deploy_candidate([resource(NEWER)], share=0.5)
    definitions.end_trial("p")
    assert {asks(house, customer_id=n) for n in range(20)} == {"Shipped"}

    definitions.deploy_candidate([resource(OWNERS)], share=0.5)
    definitions.promote_candidate("p")

    assert {asks(house, customer_id=n) for n in range(20)} == {"Owners"}
    with pytest.raises(NotFound, match="no candidate"):
        definitions.promote_candidate("p")


def test_a_candidate_with_other_start_events_is_refused(house: House) -> None:
    house.deploy(SHIPPED)
    other = resource("start:By(message=order; key== id) -> user:A -> end")

    with pytest.raises(Invalid, match="other start events"):
        house.engine.by("bob").definitions.deploy_candidate([other])


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


def test_a_deleted_current_version_leaves_the_one_before(house: House) -> None:
    house.deploy(SHIPPED)
    second = house.engine.by("bob").definitions.deploy([resource(NEWER)])

    house.engine.by("bob").definitions.delete(second.items[0].key)

    assert asks(house) == "Shipped"
