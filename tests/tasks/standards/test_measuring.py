"""Standards measure themselves from the history of processes, week by week."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import store
from tasks.installed import METADATA
from tasks.moments.records import MomentOfTruth
from tasks.seeding.catalogue import load_catalogue
from tasks.standards.charting import chart, freeze, judge, since_baseline
from tasks.standards.measure import Measure
from tasks.standards.measuring import collect, measurements
from tasks.standards.records import ServiceStandard, Signal
from tasks.standards.service_tasks import measure as measure_all
from tasks.touchpoints.records import Touchpoint
from tests.support.crm import SEEDS
from tests.support.past import Past
from web.pages.shared.control_chart import baselines, picture

MONDAY = datetime(2026, 6, 1, 7, tzinfo=UTC)  # ten in Vilnius
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
MEASURE = Measure(
    kind="in_time",
    process="care",
    begins="asked",
    ends="answered",
    within="4 bh",
    calendar="mon_fri",
)


@pytest.fixture
def session() -> Iterator[Session]:
    database = store.connect("sqlite://")
    store.create(database)
    METADATA.create_all(database)
    with Session(database) as session:
        load_catalogue(session, SEEDS, MONDAY)
        yield session


def standard(session: Session, measure: Measure = MEASURE, **facts: object) -> ServiceStandard:
    place = Touchpoint(name="first answer", created_at=MONDAY)
    session.add(place)
    session.flush()
    made = ServiceStandard(
        name="First answer", touchpoint_id=place.id, measure=measure.kept(), share=0.95,
        created_at=MONDAY, **facts,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def values(session: Session, standard: ServiceStandard) -> list[tuple[int, float]]:
    return [(each.n, each.value) for each in measurements(session, standard.id)]


def test_a_week_is_measured_when_it_is_over_and_once(session: Session) -> None:
    past, first = Past(session, "care"), standard(session)
    past.passed("asked", "answered", MONDAY, 2 * HOUR)
    past.passed("asked", "answered", MONDAY + HOUR, 30 * HOUR)

    assert collect(session, first, "", MONDAY + 3 * timedelta(days=1)) == 0
    assert collect(session, first, "", MONDAY + WEEK) == 1
    assert collect(session, first, "", MONDAY + WEEK) == 0
    assert values(session, first) == [(2, 0.5)]


def test_the_clock_is_that_of_the_working_day(session: Session) -> None:
    past, first = Past(session, "care"), standard(session)
    friday_afternoon = MONDAY + timedelta(days=4, hours=4)
    # asked at 14:00 on Friday: four working hours are over on Monday
    past.passed("asked", "answered", friday_afternoon, timedelta(days=2, hours=18))

    collect(session, first, "", MONDAY + 2 * WEEK)

    [measured] = measurements(session, first.id)
    assert (measured.period.isoformat(), measured.n, measured.value) == ("2026-06-08", 1, 1.0)


def test_who_left_another_way_before_it_was_due_does_not_count(session: Session) -> None:
    past, first = Past(session, "care"), standard(session)
    past.passed("asked", None, MONDAY, None, over=HOUR)  # taken back an hour later
    past.passed("asked", None, MONDAY, None)  # nobody has answered to this day

    collect(session, first, "", MONDAY + WEEK)

    assert values(session, first) == [(1, 0.0)]


def test_a_case_much_too_late_is_a_moment_of_an_agreed_standard(session: Session) -> None:
    past, first = Past(session, "care"), standard(session, status="active")
    late = past.passed("asked", "answered", MONDAY, 24 * HOUR)
    past.passed("asked", "answered", MONDAY, 5 * HOUR)  # a little late is no moment

    collect(session, first, "", MONDAY + WEEK)

    [moment] = session.scalars(select(MomentOfTruth)).all()
    assert (moment.happened, moment.instance_key) == ("standard_missed", str(late))
    assert moment.missed_by == pytest.approx(4.25 / 4, abs=0.01)


def test_a_median_time_is_counted_in_working_hours(session: Session) -> None:
    past = Past(session, "care")
    spent = Measure(
        kind="median_time", process="care", begins="asked", ends="answered", calendar="mon_fri"
    )
    first = standard(session, spent)
    for hours in (1, 2, 24):
        past.passed("asked", "answered", MONDAY, hours * HOUR)

    collect(session, first, "", MONDAY + WEEK)

    assert values(session, first) == [(3, 2.0)]


def test_negative_moments_are_counted_against_all_encounters(session: Session) -> None:
    first = standard(session, Measure(kind="negative_moments"))
    for number, polarity in enumerate(("negative", "neutral", "neutral", "positive")):
        session.execute(
            insert(MomentOfTruth).values(
                touchpoint_id=first.touchpoint_id, at=MONDAY, source="event", polarity=polarity,
                weight=1, origin=str(number), created_at=MONDAY,
            )
        )  # fmt: skip

    collect(session, first, "", MONDAY + WEEK)

    assert values(session, first) == [(4, 0.25)]


def worse_after(session: Session, weeks: int) -> ServiceStandard:
    """Seven of eight in time for 24 weeks, then half of them."""
    past, first = Past(session, "care"), standard(session)
    for week in range(24 + weeks):
        late = 4 if week >= 24 else 1 + week % 2
        for case in range(8):
            hours = 30 if case < late else 2
            past.passed("asked", "answered", MONDAY + week * WEEK, hours * HOUR)
    return first


def test_limits_are_frozen_on_24_weeks_and_a_run_of_worse_weeks_is_told(session: Session) -> None:
    first = worse_after(session, 9)
    measure_all(session, MONDAY + 24 * WEEK)
    frozen = chart(session, first).limits
    assert frozen is not None
    assert (frozen.chart, frozen.n, frozen.reason) == ("p", 24, "24 weeks were measured.")

    told = measure_all(session, MONDAY + 33 * WEEK)

    assert [each["standard"] for each in told["bad_signals"]] == ["First answer"]
    [signal] = session.scalars(select(Signal)).all()
    assert (signal.rule, signal.side) == ("run", "bad")
    assert chart(session, first).limits == frozen
    assert measure_all(session, MONDAY + 33 * WEEK)["bad_signals"] == []


def test_new_limits_hold_from_the_week_after_the_new_baseline(session: Session) -> None:
    first = worse_after(session, 14)
    measure_all(session, MONDAY + 38 * WEEK)

    moved = freeze(
        session, first, "The shift was confirmed.", MONDAY + 38 * WEEK,
        since=(MONDAY + 24 * WEEK).date(),
    )  # fmt: skip

    assert (moved.mean, moved.n) == (0.5, 14)
    assert since_baseline(chart(session, first)) == ([], [])
    assert judge(session, first, MONDAY + 38 * WEEK) == []


def test_a_week_is_drawn_against_the_limits_it_was_judged_by(session: Session) -> None:
    first = worse_after(session, 17)
    measure_all(session, MONDAY + 24 * WEEK)
    measure_all(session, MONDAY + 38 * WEEK)
    old = chart(session, first).limits
    moved = freeze(
        session, first, "The shift was confirmed.", MONDAY + 38 * WEEK,
        since=(MONDAY + 24 * WEEK).date(),
    )  # fmt: skip
    measure_all(session, MONDAY + 41 * WEEK)

    charted = chart(session, first)

    assert old is not None
    assert [(each.limits, each.begin, each.end) for each in charted.segments] == [
        (old, 0, 38), (moved, 38, 41),
    ]  # fmt: skip
    assert {point.center for point in charted.points[:38]} == {old.mean}
    assert {point.center for point in charted.points[38:]} == {moved.mean}
    # the run of worse weeks is still below the centre line that told of it
    assert all(point.value < point.center for point in charted.points[24:38])
    drawn = picture(charted)
    assert drawn is not None
    assert len(drawn.centers) == 2
    assert baselines(charted) == [(0, 24), (24, 38)]


def test_fewer_than_twelve_weeks_freeze_nothing(session: Session) -> None:
    past, first = Past(session, "care"), standard(session)
    for week in range(11):
        past.passed("asked", "answered", MONDAY + week * WEEK, HOUR)
    collect(session, first, "", MONDAY + 11 * WEEK)

    with pytest.raises(ValueError, match="at least 12"):
        freeze(session, first, "Too early.", MONDAY + 11 * WEEK)
