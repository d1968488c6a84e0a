"""Keeps a whole house of this release in the middle of its work; later ones must go on with it.

    python -m tests.support.keep_house   # writes tests/engine/kept/<release>.sql.gz; never again

What a single state cannot show is here: rows, parts of wide states, sleep, batches, answers.
"""

import gzip
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import store
from engine.model import StartRequest
from engine.transaction import idempotency
from tests.engine.house import Clock, House
from tests.support.keep import RELEASE

FOLDER = Path(__file__).parents[1] / "engine" / "kept"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DRAWINGS = {
    "wide": "start -> user:Each(each== people; item=who; collect=said; element== word) -> end",
    "inner": "start -> user:Inside -> end",
    "outer": "start -> call:Gate(process=inner; propagate=true) -> user:After -> end",
    "waits": """
        start -> event:Which
        Which -> catch:Paid(message=paid; key== order) -> xor:Merge
        Which -> catch:Late(timer=P1D) -> Merge
        Merge -> user:Close -> end
        eventsub:Beside {
            start:Asked(signal=ask; keep) -> user:Answer -> end:Answered
        }
    """,
    "jobs": "start -> service:Greet(type=shop.greet) -> service:Out(type=out) -> end",
    "undone": """
        start -> service:Pay(type=pay) -> user:Check -> throw:Undo(compensate=) -> end
        boundary:B(on=Pay; handler=Refund)
        service:Refund(handler=1; type=refund)
    """,
    "desk": "start -> user:Desk -> end",
}


def live(house: House) -> dict[str, Any]:
    """Begin everything and stop in the middle; answers the keys by name."""
    engine, keys = house.engine, {}
    for name, drawing in DRAWINGS.items():
        house.deploy(drawing, name)
    wide = house.start("wide", people=list(range(120)))
    for number, task in enumerate(sorted(_tasks(house, wide.instance_key))[:3]):
        engine.by("alice").tasks.complete(task, {"word": number})
    asleep = house.start("outer", n=1)
    engine.by("olga").instances.suspend(asleep.instance_key)
    heard, paid = house.start("waits", order="o-1"), house.start("waits", order="o-2")
    engine.messages.publish("paid", "o-3", {"amount": 3}, ttl_ms=10**9)
    engine.by("ida").signals.broadcast("ask", {"what": "why"})
    failing = house.start("jobs", customer="Mira")
    house.fail_next = [OSError("away")] * 3
    for _ in range(4):
        house.run()
        house.clock.advance(hours=1)
    undone = house.start("undone")
    [job] = engine.by("w").jobs.activate("pay", 1, 60_000)
    engine.jobs.finish(job["key"])
    desks = [house.start("desk").instance_key for _ in range(3)]
    engine.by("alice").tasks.claim(house.task(desks[0], "Desk"))
    engine.by("alice").tasks.delegate(house.task(desks[0], "Desk"), "bob")
    batch = engine.by("o").batches.create(
        "SUSPEND_PROCESS_INSTANCE", store.instance.c.process_id == "desk"
    )
    engine.batches.pause(batch)
    with idempotency.request(idempotency.IdempotentRequest("asked-once", "ida", "digest")):
        asked = engine.by("ida").instances.start(StartRequest("desk")).instance_key
    names = {"wide": wide, "asleep": asleep, "heard": heard, "paid": paid, "failing": failing}
    keys = {name: each.instance_key for name, each in names.items()}
    return keys | {"undone": undone.instance_key, "desks": desks, "batch": batch, "asked": asked}


def _tasks(house: House, key: int) -> list[int]:
    column = store.user_task.c
    with store.reading(house.database) as connection:
        found = store.user_task.select().where(column.instance_key == key)
        return [row.key for row in connection.execute(found) if row.state == "CREATED"]


def main() -> None:
    """Write the house of this release, if it is not there yet."""
    target = FOLDER / f"{RELEASE}.sql.gz"
    if target.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "house.sqlite3"
        database = store.connect(f"sqlite:///{file}")
        store.migrate(database)
        keys = live(House(database, Clock(MONDAY)))
        database.dispose()
        with sqlite3.connect(file) as connection:
            lines = [f"-- {keys!r}", *connection.iterdump()]
    FOLDER.mkdir(exist_ok=True)
    with target.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
        out.write("\n".join(lines).encode())


if __name__ == "__main__":
    main()
