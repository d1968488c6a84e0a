"""The doctor looks at a house and says what is wrong, and is silent about a healthy one."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event, text, update

from engine import doctor, store
from engine.jobs import JobQueue
from tests.engine.house import Clock, House

pytestmark = pytest.mark.durable  # the doctor looks whether commits wait for the disk


@pytest.fixture
def house(url: str, clock: Clock) -> Iterator[House]:
    """A house with migrated tables and a queue, as a real one has them."""
    database = store.connect(url)
    store.migrate(database)
    house = House(database, clock)
    house.engine.queue = jobs = JobQueue(database)
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


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("default_transaction_isolation = 'serializable'", "default_transaction_isolation is seri"),
        ("synchronous_commit = 'off'", "synchronous_commit is off, not on"),
        ("fsync = 'off'", "fsync is off, not on"),
        ("full_page_writes = 'off'", "full_page_writes is off, not on"),
        ("server_encoding = 'SQL_ASCII'", "server_encoding is SQL_ASCII, not UTF8"),
        ("max_connections = '20'", "max_connections is 20; each process of ours may open 30"),
        ("data_checksums = 'off'", "data_checksums is off"),
    ],
)
def test_each_setting_of_a_server_that_is_not_as_it_should_be_is_named(
    setting: str, told: str
) -> None:
    name, _, value = setting.partition(" = ")
    server = Server({name: value.strip("'")})
    found = [each for each in doctor.database(server) if each.level != "ok"]  # type: ignore[arg-type]
    assert [each.message[: len(told)] for each in found] == [told]


class Server:
    """A PostgreSQL server that answers what it is set to, in perfect order but for one thing."""

    class dialect:  # noqa: N801 - as the connection names it
        name, server_version_info = "postgresql", (15, 4)

    def __init__(self, given: dict[str, str]) -> None:
        good = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        good |= {"server_encoding": "UTF8", "default_transaction_isolation": "read committed"}
        good |= {"default_transaction_read_only": "off", "max_connections": "100"}
        self._settings = good | {"data_checksums": "on"} | given

    def exec_driver_sql(self, statement: str) -> "Server":
        self._asked = self._settings[statement.removeprefix("SHOW ")]
        return self

    def scalar(self) -> str:
        return self._asked


def test_a_database_too_old_is_named() -> None:
    assert doctor.release("postgresql", (12, 9)).level == "error"
    assert doctor.release("postgresql", (13, 0)).level == "ok"
    assert "older than 3.35" in doctor.release("sqlite", (3, 31, 1)).message
    assert doctor.release("sqlite", (3, 40, 1)).level == "ok"


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
