"""R-26: a standard is active only when each of its five parts holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tasks.standards.charting import freeze
from tasks.standards.measure import Measure
from tasks.standards.records import Measurement, ServiceStandard
from tasks.standards.smart import missing
from tasks.touchpoints.records import Touchpoint

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
AGREED = {"who": "care_head", "as": "process_owner", "at": "2026-05-03"}


def whole(session: Session, values: tuple[float, ...] = (0.92, 0.95) * 6) -> ServiceStandard:
    """A standard that lacks nothing, with twelve weeks measured."""
    place = Touchpoint(name="first answer", created_at=NOW)
    session.add(place)
    session.flush()
    made = ServiceStandard(
        name="First answer",
        touchpoint_id=place.id,
        specific="Answer every severe complaint",
        measure=Measure(
            kind="in_time", process="care", begins="asked", ends="answered", within="4 bh"
        ).kept(),
        share=0.95,
        agreed=[AGREED],
        valid_from=TODAY,
        valid_to=date(2027, 6, 1),
        review_on=date(2026, 12, 31),
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    for week, value in enumerate(values):
        session.add(
            Measurement(
                standard_id=made.id,
                period=TODAY - timedelta(weeks=12 - week),
                n=100,
                value=value,
                created_at=NOW,
            )
        )
    session.flush()
    return made


def parts(session: Session, standard: ServiceStandard) -> str:
    return "".join(each.part for each in missing(session, standard, TODAY))


def test_r26_a_whole_standard_lacks_nothing(session: Session) -> None:
    assert parts(session, whole(session)) == ""


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"touchpoint_id": None}, "S"),
        ({"specific": "Answer"}, "S"),
        ({"specific": "Answer complaints and close them"}, "S"),
        ({"specific": "Atsakyti į skundą ir jį išspręsti"}, "S"),
        ({"specific": "پاسخ به شکایت و بستن آن"}, "S"),
        ({"measure": {"kind": "in_time", "process": "care"}}, "M"),
        ({"share": None}, "M"),
        ({"agreed": []}, "A"),
        ({"agreed": [{"who": "Mira", "as": "customer", "at": "2026-05-03"}]}, "A"),
        ({"mutual": True}, "A"),
        ({"share": 1.0}, ""),
        ({"valid_to": None}, "T"),
        ({"valid_to": TODAY}, "T"),
        ({"review_on": None}, "T"),
        ({"review_on": date(2026, 5, 31)}, "T"),
    ],
)
def test_r26_a_missing_part_is_told_by_its_letter(
    session: Session, change: dict[str, object], part: str
) -> None:
    standard = whole(session)
    for name, value in change.items():
        setattr(standard, name, value)
    assert parts(session, standard) == part


def test_r26_nobody_can_promise_what_was_never_measured(session: Session) -> None:
    assert parts(session, whole(session, (0.9,) * 11)) == "R"


def test_r26_beyond_what_the_process_can_do_needs_an_improvement(session: Session) -> None:
    standard = whole(session, (0.5, 0.55) * 6)
    freeze(session, standard, "Twelve weeks.", NOW)
    assert parts(session, standard) == "R"
    standard.improvement_id = 7
    assert parts(session, standard) == ""
