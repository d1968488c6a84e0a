"""An operator changes what runs: tokens moved, instances taken to another version, deleted."""

import pytest
from sqlalchemy import func, select

from engine import reads, store
from engine.errors import Conflict, Invalid, NotFound
from tests.engine.house import House
from tests.support.bpmn import resource

FIRST = """
start -> user:Ask(groups=sales) -> service:Print(type=print) -> end
boundary:Late(on=Ask; timer=PT1H; keep) -> user:Remind -> end:Reminded
"""
SECOND = """
start -> user:AskTwice(groups=sales) -> user:Check -> service:Print(type=print) -> end
boundary:Late(on=AskTwice; timer=PT1H; keep) -> user:Remind -> end:Reminded
"""


def version(house: House, number: int, process_id: str = "p") -> int:
    with store.reading(house.database) as connection:
        return reads.definition(connection, process_id=process_id, version=number).key


def test_tokens_are_moved_and_the_history_says_by_whom(house: House) -> None:
    house.deploy("start -> user:Ask -> user:Check -> end")
    instance = house.start()

    house.engine.by("alice").instances.modify(
        instance.instance_key, move=[{"sourceElementId": "Ask", "targetElementId": "Check"}]
    )

    assert list(house.waits(instance)) == ["Check"]
    with store.reading(house.database) as connection:
        last = reads.history(connection, instance.instance_key)[-1]
        assert reads.verify(connection, instance.instance_key) is None
    assert (last.actor, last.command, last.entries[0]["subject"]) == (
        "alice",
        "modify",
        "Ask->Check",
    )


def test_tokens_are_put_and_taken_away_with_variables(house: House) -> None:
    house.deploy("start -> user:Ask -> user:Check -> end")
    instance = house.start()
    ask = house.waits(instance)["Ask"].element_instance_key

    house.engine.instances.modify(
        instance.instance_key,
        activate=[
            {
                "elementId": "Check",
                "variableInstructions": [
                    {"scopeId": "", "variables": {"why": "skipped"}},
                    {"scopeId": "Check", "variables": {"mine": 1}},
                ],
            }
        ],
        terminate=[{"elementInstanceKey": str(ask)}],
    )

    assert list(house.waits(instance)) == ["Check"]
    assert house.variables(instance) == {"why": "skipped"}


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"activate": [{}]},
        {"move": [{"targetElementId": "Check"}]},
        {"terminate": [{}]},
        {"activate": [{"elementId": "Check", "variableInstructions": [{"variables": {"x\0": 1}}]}]},
    ],
)
def test_an_order_that_does_not_say_what_is_refused(house: House, order: dict[str, list]) -> None:
    house.deploy("start -> user:Ask -> user:Check -> end")
    instance = house.start()

    with pytest.raises(Invalid):
        house.engine.instances.modify(instance.instance_key, **order)
    with pytest.raises(NotFound):
        house.engine.instances.modify(instance.instance_key, activate=[{"elementId": "Nowhere"}])
    assert list(house.waits(instance)) == ["Ask"]


def test_taking_the_last_token_ends_an_instance_but_not_one_that_was_called(house: House) -> None:
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy("start -> call:Gate(process=child) -> end")
    parent = house.start()
    with store.reading(house.database) as connection:
        [child] = reads.children(connection, parent.instance_key)

    with pytest.raises(Invalid, match=str(parent.instance_key)):
        house.engine.instances.modify(child.key, terminate=[{"elementId": "Inner"}])
    house.engine.instances.modify(parent.instance_key, terminate=[{"elementId": "Gate"}])

    assert [house.state(key) for key in (child.key, parent)] == ["TERMINATED", "TERMINATED"]


def test_an_instance_goes_over_to_another_version_with_all_it_waits_for(house: House) -> None:
    house.deploy(FIRST)
    instance = house.start()
    house.engine.by("bob").tasks.claim(house.task(instance, "Ask"))
    before = house.waits(instance)
    house.deploy(SECOND)

    house.engine.by("alice").instances.migrate(
        instance.instance_key, version(house, 2), {"Ask": "AskTwice"}
    )

    after = house.waits(instance)
    assert {name: wait.key for name, wait in after.items()} == {
        "AskTwice": before["Ask"].key,
        "Late": before["Late"].key,
    }
    assert house.look(instance).version == 2
    with store.reading(house.database) as connection:
        task = reads.task(connection, after["AskTwice"].key)
        counted = reads.statistics(connection, version(house, 2))
    assert (task.assignee, task.version, task.element_id) == ("bob", 2, "AskTwice")
    assert counted["AskTwice"].active == 1
    # and it lives on as the new drawing says
    house.clock.advance(hours=2)
    assert house.engine.timers.fire_due() == 1
    house.do(instance, "AskTwice", by="bob")
    assert set(house.waits(instance)) == {"Remind", "Check"}


def test_what_does_not_fit_stays_as_it_is_and_every_reason_is_said(house: House) -> None:
    house.deploy(FIRST)
    instance = house.start()
    house.deploy(SECOND)

    with pytest.raises(Conflict) as refused:
        house.engine.instances.migrate(instance.instance_key, version(house, 2))

    assert [problem.element for problem in refused.value.problems] == ["Ask"]
    assert house.look(instance).version == 1
    house.do(instance, "Ask")


def test_an_instance_can_go_over_to_another_process(house: House) -> None:
    house.deploy("start -> user:Ask -> end")
    house.deploy("start -> user:Ask -> user:More -> end", "q")
    instance = house.start()

    house.engine.instances.migrate(instance.instance_key, version(house, 1, "q"))
    house.do(instance, "Ask")

    assert house.look(instance).process_id == "q"
    assert list(house.waits(instance)) == ["More"]


def test_a_dry_run_gives_a_verdict_per_instance_and_changes_nothing(house: House) -> None:
    house.deploy(FIRST)
    asking, printing, asleep = house.start(), house.start(), house.start()
    house.do(printing, "Ask")
    house.engine.instances.suspend(asleep.instance_key)
    house.deploy(SECOND)
    chosen = store.instance.c.process_id == "p"

    verdicts = house.engine.instances.check_migration(version(house, 2), chosen)
    mapped = house.engine.instances.check_migration(version(house, 2), chosen, {"Ask": "AskTwice"})

    told = {v.instance_key: [p.rule for p in v.problems] for v in verdicts}
    assert told == {
        asking.instance_key: ["migration-missing"],
        printing.instance_key: [],
        asleep.instance_key: ["migration-missing", "migration-state"],
    }
    assert [v.fits for v in mapped] == [True, True, False]
    assert house.look(asking).version == 1
    rest = house.engine.instances.check_migration(
        version(house, 2), chosen, after=asking.instance_key, limit=1
    )
    assert [v.instance_key for v in rest] == [printing.instance_key]


def test_only_what_is_over_is_deleted_with_all_that_is_known_of_it(house: House) -> None:
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy("start -> call:Gate(process=child; propagate=true) -> end")
    parent = house.start(secret="x")
    with store.reading(house.database) as connection:
        [child] = reads.children(connection, parent.instance_key)
    with pytest.raises(Conflict):
        house.engine.instances.delete(parent.instance_key)

    house.do(child.key, "Inner")
    house.engine.instances.delete(parent.instance_key)

    with pytest.raises(NotFound):
        house.look(parent)
    with pytest.raises(NotFound):
        house.engine.instances.delete(parent.instance_key)
    with store.reading(house.database) as connection:
        for table in (store.instance, store.history, store.variable, store.element_instance):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0


def test_elements_of_an_ad_hoc_subprocess_are_started_by_order(house: House) -> None:
    house.deploy("start -> adhoc:Help(until== ok) -> end\nHelp {\nuser:Call\nuser:Write\n}")
    instance = house.start()
    with store.reading(house.database) as connection:
        [help_] = [
            e for e in reads.elements(connection, instance.instance_key) if e.element_id == "Help"
        ]

    house.engine.instances.activate_ad_hoc(
        help_.key, [{"elementId": "Call"}, {"elementId": "Write"}]
    )
    assert set(house.waits(instance)) == {"Call", "Write"}
    with pytest.raises(Invalid):
        house.engine.instances.activate_ad_hoc(help_.key, [{"elementId": "Other"}])


def test_files_of_one_version_keep_it(house: House) -> None:
    house.deploy(FIRST)
    house.engine.definitions.deploy([resource(FIRST)])

    with store.reading(house.database) as connection:
        assert len(reads.versions(connection, "p")) == 1


def test_a_mapping_is_suggested_for_what_was_renamed(house: House) -> None:
    house.deploy("""
        start -> user:T1(name=Ask) -> user:T2(name=Check) -> user:T3(name=Same) -> sub:S1(name=Box)
        S1 {
            start:S -> user:T4(name=Inner) -> end:E
        }
        S1 -> user:T5(name=Twin) -> user:T6(name=Twin) -> end
    """)
    instance = house.start()
    house.deploy("""
        start -> user:N1(name=Ask) -> service:N2(name=Check; type=x) -> user:T3(name=Else)
        T3 -> sub:S9(name=Box)
        S9 {
            start:S -> user:N4(name=Inner) -> end:E
        }
        S9 -> user:N5(name=Twin) -> user:N6(name=Twin) -> end
    """)

    mapping = house.engine.definitions.suggest_mapping(version(house, 1), version(house, 2))

    # T2 changed its kind, T3 kept its id, the twins cannot be told apart
    assert mapping == {"T1": "N1", "S1": "S9", "T4": "N4"}
    house.engine.instances.migrate(instance.instance_key, version(house, 2), mapping)
    assert list(house.waits(instance)) == ["N1"]
