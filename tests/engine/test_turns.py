"""Writers to one SQLite file stand in line: who waits is served, however busy the background is."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from engine import store
from engine.store import database as opening
from engine.store.write_lock import WriteLock


def in_line(
    write_lock: WriteLock, name: str, served: list[str], *, background: bool
) -> threading.Thread:
    """Let a thread wait for its turn; returns when it stands in line."""

    def wait() -> None:
        assert write_lock.acquire(30)
        served.append(name)
        write_lock.release()

    before = sum(map(len, write_lock._lines))
    work = store.in_background()(wait) if background else wait
    thread = threading.Thread(target=work)
    thread.start()
    while sum(map(len, write_lock._lines)) == before:
        threading.Event().wait(0.001)
    return thread


def test_people_and_background_are_served_in_turn_and_in_order() -> None:
    write_lock, served = WriteLock(), list[str]()
    assert write_lock.acquire(0)

    names = ["b1", "b2", "b3", "b4", "p1", "p2"]
    threads = [in_line(write_lock, name, served, background=name[0] == "b") for name in names]
    write_lock.release()
    for thread in threads:
        thread.join()

    assert served[:4] in (["p1", "b1", "p2", "b2"], ["b1", "p1", "b2", "p2"])
    assert served[4:] == ["b3", "b4"]
    assert write_lock.acquire(0), "nobody waits any more"


def test_who_waits_in_vain_leaves_the_line() -> None:
    write_lock = WriteLock()
    assert write_lock.acquire(0)

    assert not write_lock.acquire(0.01)

    write_lock.release()
    assert write_lock.acquire(0), "the turn was not given to somebody who has gone"


def test_a_turn_ends_with_its_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    database = store.connect(f"sqlite:///{tmp_path / 'turns.db'}")
    with store.writing(database) as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)"))
    put = text("INSERT INTO t VALUES (:n)")

    with database.connect() as one, database.connect() as other:
        one.execute(put, {"n": 1})
        with pytest.raises(OperationalError, match="locked"):
            other.execute(put, {"n": 2})
        other.rollback()
        one.commit()
        other.execute(put, {"n": 2})
        other.rollback()
        one.execute(put, {"n": 3})
        with pytest.raises(OperationalError, match="locked"), store.writing(database):
            pytest.fail("it is not its turn")
        one.commit()
    with pytest.raises(IntegrityError), store.writing(database) as connection:
        connection.execute(put, [{"n": 4}, {"n": 3}])
    with store.writing(database) as connection:
        assert connection.execute(text("SELECT n FROM t ORDER BY n")).scalars().all() == [1, 3]
    database.dispose()


def test_threads_lose_no_update(tmp_path: Path) -> None:
    database = store.connect(f"sqlite:///{tmp_path / 'turns.db'}")
    with store.writing(database) as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (0)"))

    def count(*, late: bool) -> None:
        for _ in range(20):
            if late:
                with database.begin() as connection:
                    connection.execute(text("UPDATE t SET n = n + 1"))
            else:
                with store.writing(database) as connection:
                    n = connection.execute(text("SELECT n FROM t")).scalar_one()
                    connection.execute(text("UPDATE t SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=count, kwargs={"late": n % 2 == 0}) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.reading(database) as connection:
        assert connection.execute(text("SELECT n FROM t")).scalar_one() == 160
    database.dispose()
