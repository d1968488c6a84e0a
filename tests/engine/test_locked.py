"""No “database is locked” ever reaches anybody on SQLite, whatever goes on beside."""

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import select

from engine import store
from engine.backup import backup
from engine.engine import Engine
from engine.limits import Retention
from engine.model import StartRequest
from engine.store.process_lock import process_lock
from tests.engine import crowd
from tests.engine.house import Clock

ROOT = Path(__file__).parents[2]
SECONDS = float(os.environ.get("PEYVAND_CROWD_SECONDS", "60"))


def crowded(url: str, folder: Path, clock: Clock, processes: int, seconds: float) -> None:
    """Let processes of four threads write, while here one reads, purges, copies, checkpoints."""
    database = store.connect(url)
    store.create(database)
    keep = Retention(instances_days=0)
    engine = Engine(database, clock=clock, retention=keep)
    engine.definitions.deploy([crowd.DRAWING])
    command = [sys.executable, "-m", "tests.engine.crowd", url, str(seconds)]
    children = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(processes)
    ]
    clock.now += timedelta(days=400)  # so that what has ended is over long since
    rounds = 0
    while any(child.poll() is None for child in children):
        rounds += 1
        _beside(engine, database, folder / f"copy-{rounds}")
    answers = [json.loads(child.communicate()[0]) for child in children]
    database.dispose()

    done, longest = sum(a["done"] for a in answers), max(a["longest"] for a in answers)
    shares = [answer["done"] for answer in answers]
    refused = [each for answer in answers for each in answer["refused"]]
    told = f"{processes} processes, {shares} requests, {len(refused)} refused, longest {longest} s"
    sys.stdout.write(f"{told}; {rounds} purges, copies and checkpoints beside\n")
    assert refused == []
    assert done > 0
    assert rounds > 1
    assert max(shares) < 4 * min(shares), "everybody has a turn"


def _beside(engine: Engine, database: Database, file: Path) -> None:
    with store.reading(database) as connection:  # a long read: the log cannot be emptied
        rows = connection.execution_options(stream_results=True).execute(select(store.history))
        rows.fetchone()
        engine.by("reader").instances.start(StartRequest("crowd"))
        engine.upkeep.purge()
        backup(database, file)
        rows.fetchall()
    file.unlink()
    with store.reading(database) as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")


def test_nobody_hears_that_the_database_is_locked(tmp_path: Path, clock: Clock) -> None:
    crowded(f"sqlite:///{tmp_path / 'crowd.db'}", tmp_path, clock, 2, 1.5)


@pytest.mark.soak
def test_a_crowd_never_hears_that_the_database_is_locked(tmp_path: Path, clock: Clock) -> None:
    crowded(f"sqlite:///{tmp_path / 'crowd.db'}", tmp_path, clock, 4, SECONDS)


def test_one_process_after_the_other_looks_for_the_lock(tmp_path: Path) -> None:
    file, order = str(tmp_path / "db"), list[str]()

    def wait() -> None:
        with process_lock(file, 30):
            order.append("who came later")

    with process_lock(file, 30):
        thread = threading.Thread(target=wait)
        thread.start()
        order.append("who was there")
    thread.join()

    assert order == ["who was there", "who came later"]


def test_a_line_that_does_not_move_leaves_it_to_the_database(tmp_path: Path) -> None:
    file = str(tmp_path / "db")

    with process_lock(file, 30), process_lock(file, 0.01):
        assert (tmp_path / "db.turn").exists()
    with process_lock(str(tmp_path / "none" / "db"), 30):
        assert not (tmp_path / "none").exists()
