"""A copy made under load is one moment of the database: what was acknowledged before is in it."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import select

from engine import reads, store
from engine.backup import backup
from engine.errors import Conflict, Invalid, Unavailable
from tests.engine.house import Clock, House
from tests.engine.kills import is_torn
from tests.support import postgres

BACKUPS = int(os.environ.get("PEYVAND_BACKUPS", "50"))
DRAWING = """
start -> and:Split -> user:A -> and:Join -> user:B -> end
Split -> catch:Paid(message=paid; key==order) -> Join
"""


class Load:
    """People who start and complete, and what they were told."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.started: list[int] = []
        self.completed: list[int] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(n,)) for n in range(3)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _work(self, who: int) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            order = f"{who}-{number}"
            started = self.house.start(order=order)
            self.started.append(started.instance_key)
            task = self.house.task(started, "A")
            self.house.engine.tasks.complete(task, {})
            self.completed.append(task)
            self.house.engine.messages.publish("paid", order, ttl_ms=60_000)


def audit(copy: Database, clock: Clock, started: list[int], completed: list[int]) -> list[str]:
    """Say what is wrong with a restored copy, given what was acknowledged before it was made."""
    instance, task = store.instance.c, store.user_task.c
    with store.reading(copy) as connection:
        keys = set(connection.execute(select(instance.key)).scalars())
        done = set(connection.execute(select(task.key).where(task.state == "COMPLETED")).scalars())
        wrong = [f"start {key} is lost" for key in started if key not in keys]
        wrong += [f"completion {key} is lost" for key in completed if key not in done]
        wrong += [f"{key} is torn" for key in keys if is_torn(connection, key)]
        wrong += [f"{key} waits for nothing" for key in reads.stuck(connection)]
    # And it goes on where it was
    house = House(copy, clock)
    key = house.start(order="after the fire")
    house.do(key, "A")
    if house.state(key) != "ACTIVE":
        wrong.append("nothing can be started any more")
    return wrong


@pytest.fixture
def restored(url: str, tmp_path: Path) -> Iterator[Callable[[Path], Database]]:
    """How to open a copy: an SQLite file as it is, PostgreSQL's by pg_restore."""
    opened: list[Database] = []

    def open_(file: Path) -> Database:
        if url.startswith("sqlite"):
            opened.append(store.connect(f"sqlite:///{file}"))
        else:
            opened.append(store.connect(postgres.restore(url, file)))
        return opened[-1]

    yield open_
    for database in opened:
        database.dispose()


def back_up(
    house: House, folder: Path, restored: Callable[[Path], Database], count: int
) -> list[str]:
    """Make copies under load; gives what is wrong with them when they are restored."""
    house.deploy(DRAWING)
    copies: list[tuple[Path, list[int], list[int]]] = []
    with Load(house) as load:
        for number in range(count):
            known = len(load.completed)
            while len(load.completed) < known + 3:
                time.sleep(0.01)
            file = folder / f"copy-{number}"
            told = (file, load.started.copy(), load.completed.copy())
            backup(house.database, file)
            copies.append(told)
    wrong: list[str] = []
    for file, started, completed in copies:
        copy = restored(file)
        wrong += audit(copy, house.clock, started, completed)
        copy.dispose()
    told_ = f"{count} backups while {len(load.completed)} tasks were completed"
    sys.stdout.write(f"{told_}, restored: {len(wrong)} wrong\n")
    return wrong


def test_copies_made_under_load_are_whole(
    house: House, tmp_path: Path, restored: Callable[[Path], Database]
) -> None:
    assert back_up(house, tmp_path, restored, 2) == []


@pytest.mark.soak
def test_fifty_copies_made_under_load_are_whole(
    house: House, tmp_path: Path, restored: Callable[[Path], Database]
) -> None:
    assert back_up(house, tmp_path, restored, BACKUPS) == []


def test_a_copy_is_for_its_owner_and_replaces_nothing(house: House, tmp_path: Path) -> None:
    file = tmp_path / "copy"
    backup(house.database, file)
    before = file.read_bytes()

    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="there already"):
        backup(house.database, file)
    with pytest.raises(Invalid, match="no folder"):
        backup(house.database, tmp_path / "nowhere" / "copy")
    assert file.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir() if "part" in found.name] == []


def test_a_copy_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "odd.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Unavailable):
        backup(store.connect(f"sqlite:///{tmp_path / 'odd.db'}"), tmp_path / "copy")

    away = "postgresql://nobody@127.0.0.1:9/none"
    with pytest.raises(Unavailable, match="pg_dump"):
        backup(store.connect(away), tmp_path / "copy")

    assert [found.name for found in tmp_path.iterdir()] == ["odd.db"]


def test_a_password_is_not_shown_to_everybody_on_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    spy = tmp_path / "pg_dump"
    spy.write_text(f'#!/bin/sh\necho "$@" > {seen}\necho "$PGPASSWORD" >> {seen}\nexit 1\n')
    spy.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(Unavailable):
        backup(store.connect("postgresql://peyvand:hush@db.example/crm"), tmp_path / "copy")

    arguments, secret = seen.read_text().splitlines()
    assert "--dbname=postgresql://peyvand@db.example/crm" in arguments
    assert "hush" not in arguments
    assert secret == "hush"
