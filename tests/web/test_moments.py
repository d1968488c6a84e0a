"""Pages of moments, the service cycle, standards with their charts, and improvements."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.improvements.records import Improvement
from tasks.moments.records import Kudos, MomentOfTruth
from tasks.standards.charting import freeze, judge
from tasks.standards.measure import Measure
from tasks.standards.records import Measurement, ServiceStandard
from tasks.touchpoints.records import Touchpoint
from tests.support.crm import customer
from tests.web.browser import Browser

Opens = Callable[[str], Browser]
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def record(session: Session) -> None:
    """Twelve customers who came by twice, 24 steady weeks, a change, and eight better weeks."""
    ordered, answered = (
        Touchpoint(name=name, order_no=place, owner=owner, created_at=NOW)
        for place, (name, owner) in enumerate((("order", "care_head"), ("delivery", "")), 1)
    )
    answered.expected_level, answered.expectation_source = 6.0, "asked"
    session.add_all([ordered, answered])
    session.flush()
    for number in range(12):
        who = customer(session, name=f"Customer {number}")
        for hours, place, polarity in ((0, ordered, "neutral"), (48, answered, "negative")):
            session.add(
                MomentOfTruth(
                    customer_id=who.id, touchpoint_id=place.id,
                    at=NOW - timedelta(hours=72 - hours),
                    source="event", happened="complaint", polarity=polarity,
                    weight=3 if polarity == "negative" else 0, reason="A complaint.",
                    cause="Delivered late", created_at=NOW,
                )
            )  # fmt: skip
    standard = ServiceStandard(
        name="First answer", touchpoint_id=answered.id, share=0.9, owner="care_head",
        measure=Measure(
            kind="in_time", process="care", begins="a", ends="b", within="4 bh"
        ).kept(),
        created_at=NOW,
    )  # fmt: skip
    session.add(standard)
    session.flush()
    for week in range(32):
        value = 0.96 if week >= 24 else (0.78, 0.84)[week % 2]
        session.add(
            Measurement(
                standard_id=standard.id, period=date(2026, 3, 23) + timedelta(weeks=week), n=50,
                value=value, created_at=NOW,
            )
        )  # fmt: skip
        if week == 23:
            session.flush()
            freeze(session, standard, "24 weeks were measured.", NOW)
    session.flush()
    judge(session, standard, NOW)
    for turn in (1, 2):
        session.add(
            Improvement(
                name="delivery", touchpoint_id=answered.id, standard_id=standard.id, turn_no=turn,
                moment="Parcels come late.", phase="closed" if turn == 1 else "act",
                embedded_at=datetime(2026, 9, 7, tzinfo=UTC) if turn == 1 else None,
                effect={"judged": "confirmed", "seen": {"before": 0.81, "after": 0.96}}
                if turn == 1 else {},
                opened_at=NOW, created_at=NOW,
            )
        )  # fmt: skip
    session.flush()
    first = session.scalars(select(MomentOfTruth.id)).first()
    for employee, shared in (("charlie", None), ("alice", NOW)):
        session.add(
            Kudos(
                moment_id=first, employee=employee, text=f"Thanks, {employee}!", shared_at=shared,
                created_at=NOW,
            )
        )  # fmt: skip
    session.commit()


@pytest.fixture
def recorded(app: Flask) -> None:
    with Session(app.extensions["peyvand"].database) as session:
        record(session)


def test_the_stream_says_what_each_touchpoint_comes_to(
    app: Flask, enter: Opens, recorded: None
) -> None:
    page = enter("bob").get("/moments")
    assert "-108" in page or "−108" in page  # 12 negative moments of weight 3, three times
    assert "Delivered late" in page
    assert "Customer 3" in page
    negative = enter("bob").get("/moments?polarity=negative&touchpoint=1")
    assert "Customer 3" not in negative


def test_praise_is_seen_by_the_praised_one_alone_until_shared(
    app: Flask, enter: Opens, recorded: None
) -> None:
    assert "Thanks, charlie!" in enter("charlie").get("/moments")
    others = enter("bob").get("/moments")
    assert "Thanks, charlie!" not in others
    assert "Thanks, alice!" in others


def test_the_blueprint_shows_who_is_missing_and_how_customers_really_go(
    app: Flask, enter: Opens, recorded: None
) -> None:
    page = enter("bob").get("/service-cycle")
    assert "nobody" in page
    assert "unknown" in page
    assert "100% of the steps were as drawn" in page


def test_a_standard_is_shown_with_its_chart_and_the_same_as_a_table(
    app: Flask, enter: Opens, recorded: None
) -> None:
    assert "First answer" in enter("bob").get("/standards")
    page = enter("bob").get("/standards/1")
    assert page.count("<circle") + page.count("<rect x") >= 32
    assert page.count("baseline</span>") == 24
    assert "24 weeks were measured." in page
    assert "eight in a row on one side" in page


def test_r26_a_standard_is_put_into_force_only_when_all_five_parts_hold(
    app: Flask, enter: Opens, recorded: None
) -> None:
    bob = enter("bob")
    bob.get("/standards/1")
    assert bob.post("/standards/1/status", status="active").status_code == 422
    said = {
        "specific": "Answer every complaint", "touchpoint": "2", "goal": "0.84",
        "valid_from": "2026-11-01", "valid_to": "2027-11-01", "review_on": "2027-05-01",
    }  # fmt: skip
    assert bob.post("/standards/1", **(said | {"goal": "many"})).status_code == 422
    assert bob.post("/standards/1", **(said | {"goal": "7"})).status_code == 422
    assert bob.post("/standards/1", **said).status_code == 303
    assert enter("charlie").client.post("/standards/1").status_code in {400, 403}
    assert bob.post("/standards/1/status", status="active").status_code == 422
    assert bob.post("/standards/1/agreement").status_code == 303
    assert bob.post("/standards/1/status", status="active").status_code == 303
    with Session(app.extensions["peyvand"].database) as session:
        assert session.get_one(ServiceStandard, 1).status == "active"


def test_an_improvement_shows_its_turns_with_before_and_after(
    app: Flask, enter: Opens, recorded: None
) -> None:
    listed = enter("bob").get("/improvements")
    assert "Turn 2" in listed
    assert "0.81" in listed
    page = enter("bob").get("/improvements/1")
    assert "Upright line: the change." in page
    assert 'aria-current="step"' in page
    enter("bob").get("/improvements/99", status=404)
