"""A night with a million encounters: classified by table D-25, and standards measured from them.

    python -m benchmarks moments

Encounters of one week stand in SQLite as drawings write them, not classified. The night asks the
table once for each different kind, keeps the answers, and measures a standard at each touchpoint.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from benchmarks._table import bar
from engine import dmn, store
from tasks.installed import METADATA
from tasks.moments.records import MomentOfTruth
from tasks.moments_of_truth.noting import keep, write_down
from tasks.standards.measure import Measure
from tasks.standards.measuring import collect, measurements
from tasks.standards.records import ServiceStandard
from tasks.touchpoints.records import Touchpoint

ENCOUNTERS = int(os.environ.get("MOMENTS", "1000000"))
TOUCHPOINTS, KINDS = 30, 12  # one in so many has an expectation of its own
AT_ONCE = 50_000
MINUTES = 10.0  # of a night, at most
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
TABLE = Path(__file__).parents[1] / "processes/moments_of_truth/d25_moment.dmn"


def report() -> Iterator[str]:
    """Make the encounters, let the night pass, and insist on what it came to."""
    with tempfile.TemporaryDirectory() as folder:
        database = store.connect(f"sqlite:///{folder}/moments.sqlite3")
        store.create(database)
        METADATA.create_all(database)
        now = MONDAY + timedelta(weeks=1, hours=2)
        with Session(database) as session:
            standards = _places(session, now)
            _fill(session.connection())
            session.commit()
            begun = time.perf_counter()
            kinds = write_down(session, now, [], [])["kinds"]
            table = dmn.parse(TABLE.read_bytes())
            judged = [_judged(table, kind) for kind in kinds]
            keep(session, now, kinds, judged)
            session.commit()
            classified = time.perf_counter() - begun
            begun = time.perf_counter()
            for standard in standards:
                collect(session, standard, "", now)
            session.commit()
            measured = time.perf_counter() - begun
            _insist(session, standards)
        database.dispose()
    yield f"  {ENCOUNTERS:,} encounters of {len(kinds)} kinds at {TOUCHPOINTS} touchpoints"
    yield bar("classifying them in the night", classified / 60, MINUTES, "minutes")
    yield bar("measuring the standards from them", measured / 60, MINUTES, "minutes")


def _places(session: Session, now: datetime) -> list[ServiceStandard]:
    places = [Touchpoint(name=f"touchpoint {n}", created_at=now) for n in range(TOUCHPOINTS)]
    session.add_all(places)
    session.flush()
    measure = Measure(kind="negative_moments").kept()
    standards = [
        ServiceStandard(
            name=f"standard {place.id}", touchpoint_id=place.id, measure=measure, created_at=now
        )
        for place in places
    ]
    session.add_all(standards)
    session.commit()
    return standards


def _fill(connection: Connection) -> None:
    for begin in range(0, ENCOUNTERS, AT_ONCE):
        rows = [_row(number) for number in range(begin, min(begin + AT_ONCE, ENCOUNTERS))]
        connection.execute(insert(MomentOfTruth), rows)


def _row(number: int) -> dict[str, object]:
    rated = number % KINDS == 0
    return {
        "touchpoint_id": 1 + number % TOUCHPOINTS,
        "at": MONDAY + timedelta(seconds=number * 600_000 // ENCOUNTERS),
        "expected": 6.0 if rated else None,
        "perceived": _mark(number // KINDS) if rated else None,
        "source": "survey" if rated else "event",
        "happened": "encounter",
        "polarity": "neutral",
        "weight": 0,
        "reason": "",
        "origin": f"bench:{number}",
        "created_at": MONDAY,
    }


def _mark(number: int) -> float:
    """Return a mark: mostly as expected, one in a hundred by far worse."""
    return 3.0 if number % 100 == 0 else 5.0 + number % 3


def _judged(table: dmn.Model, kind: dict[str, object]) -> dict[str, object]:
    return dict(table.evaluate("d25_moment", {"kind": kind}).json)


def _insist(session: Session, standards: list[ServiceStandard]) -> None:
    left = session.scalar(select(func.count()).where(MomentOfTruth.reason == ""))
    counted = sum(each.n for standard in standards for each in measurements(session, standard.id))
    if left or counted != ENCOUNTERS:
        raise AssertionError(f"{left} not classified, {counted} of {ENCOUNTERS} measured")
