"""The doctor looks at a house and says what is wrong, and is silent about a healthy one."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event, text, update

from engine import doctor, store
from engine.jobs import Jobs
from tests.engine.house import Clock, House


@pytest.fixture
def house(url: str, clock: Clock) -> Iterator[House]:
    """A house with migrated tables and a queue, as a real one has them."""
    database = store.connect(url)
    store.migrate(database)
    house = House(database, clock)
    house.engine.jobs = jobs = Jobs(database)
    yield house
    jobs.stop()
    database.dispose()


def wrong(house: House) -> list[str]:
    """What the doctor finds, but for the server of the tests, which is fast and not durable."""
    found = doctor.examine(house.engine)
    return [e.message for e in found if e.level == "error" and e.subject != "postgresql"]


def test_a_healthy_house_has_nothing_wrong(house: House) -> None:
    house.deploy("start -> user:A -> end")
    house.start()

    assert wrong(house) == []
    if house.database.dialect.name == "sqlite":
        assert doctor.durable(house.database) == []


def test_a_database_that_may_lose_what_it_acknowledged_is_named(house: House) -> None:
    if house.database.dialect.name == "sqlite":
        risk, told = "PRAGMA synchronous=NORMAL", "synchronous is 1, not 2"
    else:
        risk, told = "SET synchronous_commit=off", "synchronous_commit is off, not on"
    house.database.dispose()  # so that the next connection is a new one

    @event.listens_for(house.database, "connect")
    def careless(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(risk)
        cursor.close()
        if house.database.dialect.name == "postgresql":
            connection.commit()  # type: ignore[attr-defined]

    assert told in [message.partition(":")[0] for message in doctor.durable(house.database)]


def test_tables_of_another_release_are_named(house: House) -> None:
    with store.writing(house.database) as connection:
        connection.execute(text("UPDATE pv_migration SET version_num = '0001'"))

    [told] = wrong(house)
    assert "at 0001" in told
    assert "peyvand db upgrade" in told


def test_work_that_nobody_does_is_named(house: House) -> None:
    house.deploy("start -> service:Greet(type=shop.greet) -> catch:Late(timer=PT1H) -> end")
    house.deploy("start -> catch:Late(timer=PT1H) -> end", "q")
    house.start()
    house.start("q")
    house.clock.advance(hours=2)

    told = " ".join(wrong(house))

    assert "1 timers are more than" in told
    assert "1 jobs are more than" in told


def test_a_stuck_instance_and_a_changed_history_are_named(house: House) -> None:
    house.deploy("start -> user:A -> end")
    instance = house.start()
    with store.writing(house.database) as connection:
        connection.execute(store.user_task.delete())
        connection.execute(update(store.history).values(actor="mallory"))

    told = wrong(house)

    assert f"the first is {instance.instance_key}" in told[0]
    assert f"{instance.instance_key} at step 1" in told[1]


def test_without_a_queue_the_doctor_warns(database: Database, clock: Clock) -> None:
    house = House(database, clock)

    assert doctor.background(house.engine).level == "warning"
