"""A touchpoint is noticed, improved, told of, confirmed by its chart, and looked at again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine.errors import Forbidden
from engine.model import StartRequest
from tasks.cases.causes import Cause
from tasks.cases.records import Case
from tasks.expectations.records import Expectation
from tasks.improvements.records import Improvement
from tasks.moments.records import Kudos, MomentOfTruth
from tasks.moments_of_truth.turn import turn
from tasks.standards.charting import chart
from tasks.standards.records import ServiceStandard
from tasks.touchpoints.records import Touchpoint
from tests.support.town import Town

FOLDERS = ("shared", "targeting", "problems", "moments_of_truth")
ALLOWS = (("email", "relationship"), ("email", "survey"))
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(f"sqlite:///{tmp_path / 'town.db'}", people=3, folders=FOLDERS, allows=ALLOWS)
    yield found
    assert found.incidents() == []
    found.database.dispose()


def moments(town: Town, happened: str) -> list[MomentOfTruth]:
    with town.session() as session:
        query = select(MomentOfTruth).where(MomentOfTruth.happened == happened)
        return list(session.scalars(query.order_by(MomentOfTruth.id)))


def touchpoint(town: Town, name: str, **facts: Any) -> int:
    with town.session() as session:
        place = session.scalar(select(Touchpoint).where(Touchpoint.name == name))
        if place is None:
            place = Touchpoint(name=name, created_at=town.now)
            session.add(place)
        for key, value in facts.items():
            setattr(place, key, value)
        session.commit()
        return place.id


def survey(town: Town, customer_id: int, number: int = 0, **answers: float) -> None:
    said = {"survey_id": f"s{number}", "answers": answers}
    town.happens("survey.answered", customer_id, said)


def met(town: Town, place: int, at: datetime, negative: int, of: int) -> None:
    """Write down encounters at a touchpoint, some of them negative, as classified moments."""
    rows = [
        {
            "touchpoint_id": place, "at": at + timedelta(minutes=number), "source": "event",
            "customer_id": 1 + number % 3, "happened": "encounter",
            "polarity": "negative" if number < negative else "neutral",
            "weight": 2 if number < negative else 0, "reason": "It happened before.",
            "origin": f"past:{place}:{at.isoformat()}:{number}", "created_at": at,
        }
        for number in range(of)
    ]  # fmt: skip
    with town.session() as session:
        session.execute(insert(MomentOfTruth), rows)
        session.commit()


def test_r19_the_same_mark_is_good_for_one_and_bad_for_another(town: Town) -> None:
    touchpoint(town, "delivery", dimension="reliability")
    with town.session() as session:
        for customer_id, level in ((1, 7.0), (2, 3.0)):
            session.add(
                Expectation(
                    customer_id=customer_id, dimension="reliability", text="On the day.",
                    level=level, source="asked", asked_at=town.now, created_at=town.now,
                )
            )  # fmt: skip
        session.commit()
    survey(town, 1, delivery_time=4)
    survey(town, 2, delivery_time=4)

    assert [(m.perceived, m.polarity, m.weight) for m in moments(town, "survey")] == [
        (5.5, "negative", 1),
        (5.5, "positive", 2),
    ]


def test_r01_what_nobody_asked_for_is_not_known_and_is_asked(town: Town) -> None:
    touchpoint(town, "service", expected_level=2.0, expectation_source="assumed", owner="care_head")
    survey(town, 1, friendly=4)

    [moment] = moments(town, "survey")
    assert (moment.polarity, moment.expected) == ("neutral", None)
    survey(town, 2, number=1, friendly=4)  # asks nothing twice
    said = {"expected_level": 6, "expectation_source": "asked"}
    town.complete("ask_customers", "carla", **(said | {"evidence": "  "}))
    town.complete("ask_customers", "carla", **(said | {"evidence": "Four customers today."}))

    survey(town, 3, number=2, friendly=4)
    last = moments(town, "survey")[-1]
    assert (last.expected, last.polarity, last.weight) == (6.0, "negative", 1)


def test_a_complaint_is_a_moment_at_once_and_finds_its_touchpoint_in_the_night(town: Town) -> None:
    town.happens("complaint.received", 1, {"text": "My order is a week late.", "channel": "email"})
    [moment] = moments(town, "complaint")
    assert (moment.polarity, moment.weight, moment.customer_id) == ("negative", 3, 1)
    assert moment.reason.startswith("A complaint")

    with town.session() as session:
        case = session.scalars(select(Case)).one()
        cause = session.scalars(select(Cause).where(Cause.name == "Delivered late")).one()
        case.category, case.cause_id = "delivery", cause.id
        session.commit()
    town.engine.by("karin").instances.start(StartRequest("moments_noted"))
    town.play()

    [moment] = moments(town, "complaint")
    with town.session() as session:
        assert session.get_one(Touchpoint, moment.touchpoint_id).name == "delivery"
    assert moment.cause == "Delivered late"


def test_praise_is_private_until_the_praised_one_agrees(town: Town) -> None:
    praise = {"text": "Charlie saved my party.", "employee": "charlie"}
    town.happens("praise.received", 1, praise)
    with town.session() as session:
        assert session.scalars(select(Kudos)).one().shared_at is None
    town.complete("read_praise", "charlie", share=True)
    with town.session() as session:
        kudos = session.scalars(select(Kudos)).one()
    assert (kudos.employee, kudos.shared_at) == ("charlie", town.now)


WHYS = {
    "problem": "Parcels leave late.",
    "why1": "The truck waits.", "evidence1": "Log of the gate",
    "why2": "Nobody loads.", "evidence2": "Rota of May",
    "why3": "One loader too few on Mondays.", "evidence3": "Plan of the shift",
    "root_category": "process", "would_prevent": True,
}  # fmt: skip
OPTION = {
    "option": "A second loader on Mondays.", "effect_expected": 8, "sure": "high", "cost": 500,
    "risk": "None", "who_is_affected": "Operations",
}  # fmt: skip
TRIAL = {
    "trial_where": "Vilnius", "trial_n": 40, "trial_weeks": 2, "success_if": 0.05, "stop_if": 0.1,
}  # fmt: skip
BLUEPRINT = {
    "channel": "post", "customer_wants": "On the day we said.", "expected_level": 6,
    "expectation_source": "asked", "evidence": "The panel in October.", "owner": "operations",
}  # fmt: skip
EMBED = {
    "training": "Loaders, December", "embed_owner": "operations", "old_way_withdrawn": True,
    "tell_customers": True, "said": "Parcels came late.", "did": "A second loader on Mondays.",
}  # fmt: skip


def begun(town: Town) -> int:
    """24 weeks in which one of ten parcels was a bad moment, then four in one week."""
    place = touchpoint(town, "delivery", expected_level=6.0, expectation_source="asked")
    monday = town.now - DAY
    for week in range(25):
        met(town, place, monday - (25 - week) * WEEK, 1 + week % 2, 20)
    for number in range(3):
        town.happens(
            "complaint.received", number + 1, {"text": f"Late {number}", "channel": "email"}
        )
    with town.session() as session:
        for case in session.scalars(select(Case)):
            case.category = "delivery"
        session.commit()
    return place


def describe_all(town: Town) -> None:

    for _ in range(10):
        try:
            town.open_task("describe")
        except ValueError:  # nothing is left to describe
            return
        town.complete("describe", "karin", **BLUEPRINT)


def choose(town: Town, place: int) -> Improvement:
    describe_all(town)
    town.complete("choose", "carla", chosen=place, mot="Parcels come late.", why_now="A signal.")
    with town.session() as session:
        return session.scalars(select(Improvement).order_by(Improvement.id.desc())).first()


def to_verdict(town: Town, verdict: str) -> None:
    town.complete("write_options", "olga", options=[OPTION])
    town.complete("choose_option", "carla", chosen_option=OPTION["option"], goal=0.05)
    town.complete("plan_trial_task", "karin", **TRIAL)
    town.until(town.now + 2 * WEEK)
    town.complete("give_verdict", "carla", verdict=verdict, verdict_reason="As the weeks say.")


def test_more_than_usual_is_improved_told_confirmed_and_looked_at_again(town: Town) -> None:
    place = begun(town)
    town.engine.by("karin").instances.start(StartRequest("moments_noted"))
    town.play()

    # more than usual: a round began by itself, and the head of care chooses
    made = choose(town, place)
    assert (made.turn_no, made.touchpoint_id, made.phase) == (1, place, "evaluate")
    with town.session() as session:
        limits = chart(session, session.get_one(ServiceStandard, made.standard_id)).limits
    assert limits is not None
    assert limits.n == 24
    assert made.baseline["mean"] == limits.mean

    # a symptom comes back
    town.complete("ask_why_moment", "karin", **(WHYS | {"would_prevent": False}))
    town.complete("ask_why_moment", "karin", **WHYS)
    to_verdict(town, "adopt")

    # nothing is done without a link, and while the old way is walked
    town.complete(
        "embed_task", "olga", embed_owner="operations", old_way_withdrawn=True,
        tell_customers=False,
    )  # fmt: skip
    town.complete("embed_task", "olga", **EMBED)
    with town.session() as session:
        told = [m for m in town.mail(session) if m.subject == "You said, we did"]
    assert len(told) == 3
    assert "A second loader on Mondays." in told[0].body

    # eight weeks on the good side confirm it
    monday = town.now + (7 - town.now.weekday()) * DAY
    for week in range(8):
        met(town, place, monday + week * WEEK, 0, 20)
    town.until(monday + 9 * WEEK)
    town.complete("judge_effect", "karin", judged="confirmed", new_goal=0.02)
    with town.session() as session:
        closed = turn(session, made.id, town.now)
        standard = session.get_one(ServiceStandard, made.standard_id)
        assert (closed.phase, closed.closed_at is not None) == ("closed", True)
        assert (standard.target, standard.improvement_id) == (0.02, made.id)
        assert "anew_from" in standard.baseline  # eight weeks are no baseline yet

    # new limits as soon as there are twelve weeks
    for week in range(8, 14):
        met(town, place, monday + week * WEEK, 0, 20)
    town.until(monday + 15 * WEEK)
    with town.session() as session:
        new = chart(session, session.get_one(ServiceStandard, made.standard_id)).limits
    assert new is not None
    assert (new.reason, new.mean) == ("The shift was confirmed.", 0.0)

    # half a year later it does not hold any more, and the cycle turns again
    for week in range(14, 36):
        met(town, place, monday + week * WEEK, 3, 20)
    town.until(monday + 36 * WEEK)
    with town.session() as session:
        turns = session.scalars(select(Improvement).order_by(Improvement.id)).all()
    assert [(each.turn_no, each.previous_id) for each in turns] == [(1, None), (2, made.id)]
    assert town.open_task("ask_why_moment")


def test_what_nearly_works_is_changed_three_times_and_then_its_causes_are_asked(
    town: Town,
) -> None:
    place = begun(town)
    town.engine.by("karin").instances.start(StartRequest("service_cycle"))
    town.play()
    made = choose(town, place)
    town.complete("ask_why_moment", "karin", **WHYS)
    for _ in range(4):
        to_verdict(town, "modify")
    assert town.open_task("ask_why_moment")

    town.complete("ask_why_moment", "karin", **WHYS)
    to_verdict(town, "drop")
    with town.session() as session:
        assert turn(session, made.id, town.now).phase == "dropped"


def test_four_eyes_who_planned_the_trial_gives_no_verdict(town: Town) -> None:
    place = begun(town)
    town.engine.by("karin").instances.start(StartRequest("service_cycle"))
    town.play()
    choose(town, place)
    town.complete("ask_why_moment", "karin", **WHYS)
    town.complete("write_options", "olga", options=[OPTION])
    town.complete("choose_option", "carla", chosen_option=OPTION["option"], goal=0.05)
    town.complete("plan_trial_task", "karin", **TRIAL)
    town.until(town.now + 2 * WEEK)
    with pytest.raises(Forbidden):
        town.complete("give_verdict", "karin", verdict="adopt", verdict_reason="Mine.")
