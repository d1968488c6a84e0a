"""A pilot from proposal to verdict: the engine draws, people work, the standard decides."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import reads, store
from engine.engine import Engine
from engine.errors import Conflict, Invalid
from engine.model import StartRequest
from tasks.installed import METADATA
from tasks.pilots import running
from tasks.pilots.records import Pilot
from tasks.pilots.service_tasks import (
    adopt,
    begin_pilot,
    drop,
    look_at_pilots,
    measure_pilot,
    take_back,
)
from tasks.standards.measure import Measure
from tasks.standards.records import Measurement, ServiceStandard
from tests.support.bpmn import resource

MONDAY = datetime(2026, 6, 1, 7, tzinfo=UTC)
CURRENT = "start -> user:Answer -> end:Answered"
FASTER = "start -> user:Answer(assignee=bob) -> end:Answered"
MEASURE = Measure(kind="in_time", process="p", begins="Answer", ends="Answered", within="PT4H")


@dataclass
class Company:
    """An engine with a process, a candidate for it, and a standard."""

    engine: Engine
    session: Session
    standard: ServiceStandard
    now: datetime = MONDAY
    customers: int = 0

    def propose(self, name: str = "faster", **plan: Any) -> Pilot:
        made = self.engine.by("bob").definitions.propose_candidate([resource(FASTER)])
        agreed: dict[str, Any] = {"weeks": 4, "success_if": 0.1, "stop_if": 0.2} | plan
        pilot = running.propose(
            self.session,
            self.now,
            "bob",
            name=name,
            process_id="p",
            deployment_key=made.key,
            standard=self.standard,
            **agreed,
        )
        self.session.commit()
        return pilot

    def live(self, candidate_hours: float, current_hours: float, customers: int) -> None:
        """Let customers come; each side answers after so many hours."""
        for _ in range(customers):
            self.customers += 1
            request = StartRequest("p", variables={"customer_id": self.customers})
            key = self.engine.instances.start(request).instance_key
            with store.reading(self.engine.database) as connection:
                row = connection.execute(
                    store.instance.select().where(store.instance.c.key == key)
                ).one()
                [task] = reads.waiting(connection, key)
            begun = self.now
            self.now += timedelta(
                hours=candidate_hours if row.trial_side == "candidate" else current_hours
            )
            self.engine.by("bob").tasks.complete(task.key, {})
            self.now = begun + timedelta(hours=1)

    def begin(self, **changed: Any) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "process_id": "p",
            "candidate": "faster",
            "weeks": 4,
            "success_if": {"measure": str(self.standard.id), "at_least": 0.1},
            "stop_if": {"worse_by": 0.2},
            "share": 0.5,
        }
        answer = begin_pilot(self.session, self.now, **(asked | changed))
        self.session.commit()
        return answer

    def look(self, pilot_id: int) -> dict[str, Any]:
        self.session.commit()  # what was read before is not what is there now
        found: dict[str, Any] = measure_pilot(self.session, self.engine, self.now, pilot_id)
        self.session.commit()
        return found["pilot"]


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    database = store.connect(f"sqlite:///{tmp_path / 'pilots.sqlite3'}")
    store.create(database)
    METADATA.create_all(database)
    with Session(database) as session:
        standard = ServiceStandard(name="Answers", measure=MEASURE.kept(), created_at=MONDAY)
        session.add(standard)
        session.flush()
        session.add(
            Measurement(
                standard_id=standard.id,
                period=MONDAY.date(),
                n=50,
                value=0.6,
                created_at=MONDAY,
            )
        )
        session.commit()
        engine = Engine(database, clock=lambda: made.now)
        made = Company(engine, session, standard)
        engine.by("bob").definitions.deploy([resource(CURRENT)])
        yield made


def test_a_pilot_is_approved_measured_and_adopted(company: Company) -> None:
    pilot = company.propose()
    assert company.begin()["pilot_id"] == pilot.id, "the one that was planned"
    waiting = company.look(pilot.id)
    assert (waiting["n_candidate"], waiting["suggestion"]) == (0, "wait")
    company.engine.by("alice").definitions.approve_candidate(pilot.deployment_key)

    company.live(2, 6, 60)
    company.now = MONDAY + timedelta(weeks=2)
    early = company.look(pilot.id)
    assert (early["n_candidate"], early["n_current"]) == (30, 30), "drawn in blocks"
    assert (early["candidate"], early["current"], early["effect"]) == (1.0, 0.0, 1.0)
    assert (early["horizon_reached"], early["suggestion"]) == (False, "wait")

    company.now = MONDAY + timedelta(weeks=4, hours=1)
    late = company.look(pilot.id)
    assert (late["horizon_reached"], late["suggestion"]) == (True, "adopt")
    assert late["low"] > 0.5
    assert company.look(pilot.id) == late, "who looks again gets the same answer"

    answer = adopt(company.session, company.engine, company.now, pilot.id)
    company.session.commit()
    assert answer["deployment_key"] == pilot.deployment_key
    assert adopt(company.session, company.engine, company.now, pilot.id) == answer, "once"
    with store.reading(company.engine.database) as connection:
        assert reads.definition(connection, process_id="p").version == 2
        assert reads.candidates(connection)[0].state == "PROMOTED"

    back = take_back(company.session, company.engine, company.now, pilot.id)
    assert back["running"] == 0
    with store.reading(company.engine.database) as connection:
        assert reads.definition(connection, process_id="p").version == 3
    assert running.get(company.session, pilot.id).state == "taken_back"


def test_a_pilot_that_does_harm_stops_itself(company: Company) -> None:
    pilot = company.propose()
    company.engine.by("alice").definitions.approve_candidate(pilot.deployment_key)

    company.live(6, 2, 50)
    company.now = MONDAY + timedelta(weeks=3)
    look = company.look(pilot.id)

    assert (look["stopped"], look["suggestion"]) == (True, "drop")
    with store.reading(company.engine.database) as connection:
        assert reads.candidates(connection)[0].state == "ENDED"
    with pytest.raises(Conflict, match="stopped"):
        adopt(company.session, company.engine, company.now, pilot.id)
    drop(company.session, company.engine, company.now, pilot.id, because="harm")
    assert running.get(company.session, pilot.id).state == "dropped"


def test_the_night_looks_weekly_and_stops_harm(company: Company) -> None:
    pilot = company.propose()
    company.engine.by("alice").definitions.approve_candidate(pilot.deployment_key)
    looked = []

    company.live(6, 2, 50)
    for day in range(3, 12):
        company.now = MONDAY + timedelta(days=day)
        company.session.commit()
        answer = look_at_pilots(company.session, company.engine, company.now)
        company.session.commit()
        looked.append((answer["looked"], answer["stopped_pilots"]))

    assert looked[0] == (1, ["faster"])
    assert set(map(str, looked[1:])) == {"(0, [])"}


def test_a_pilot_is_looked_at_once_a_week_and_at_its_end(company: Company) -> None:
    pilot = company.propose()
    company.engine.by("alice").definitions.approve_candidate(pilot.deployment_key)
    for day in range(1, 40):
        company.now = MONDAY + timedelta(days=day)
        company.session.commit()
        look_at_pilots(company.session, company.engine, company.now)
        company.session.commit()

    looks = running.get(company.session, pilot.id).looks
    assert [each["over"] for each in looks] == [False] * 4 + [True]


def test_explicit_versions_and_second_cases_are_not_counted(company: Company) -> None:
    pilot = company.propose()
    company.engine.by("alice").definitions.approve_candidate(pilot.deployment_key)
    company.live(2, 2, 4)
    for request in (
        StartRequest("p", version=2, variables={"customer_id": 900}),
        StartRequest("p", variables={"customer_id": 1}),
    ):
        company.engine.instances.start(request)

    company.now = MONDAY + timedelta(weeks=1)
    look = company.look(pilot.id)

    assert (look["n_candidate"], look["n_current"]) == (2, 2)
    assert (look["candidate"], look["current"]) == (1.0, 1.0), "the first case of a customer"


def test_a_case_that_is_not_decided_does_not_count(company: Company) -> None:
    pilot = company.propose()
    company.engine.by("alice").definitions.approve_candidate(pilot.deployment_key)
    company.engine.instances.start(StartRequest("p", variables={"customer_id": 1}))

    company.now = MONDAY + timedelta(hours=3)
    early = company.look(pilot.id)
    company.now = MONDAY + timedelta(hours=5)
    late = company.look(pilot.id)

    assert early["n_candidate"] + early["n_current"] == 0
    assert late["n_candidate"] + late["n_current"] == 1


def test_a_plan_that_cannot_be_is_refused(company: Company) -> None:
    with pytest.raises(Invalid, match="shares"):
        company.propose(success_if=0.0)
    with pytest.raises(Invalid, match="weeks"):
        company.propose(weeks=0)
    with pytest.raises(Invalid, match="propose it in the studio"):
        company.begin(candidate="unknown")
    company.standard.measure = {}
    with pytest.raises(Invalid, match="says what is measured"):
        company.propose()


def test_times_are_compared_by_their_mean(company: Company) -> None:
    company.standard.measure = replace(MEASURE, kind="median_time").kept()
    pilot = company.propose(success_if=2.0, stop_if=3.0)
    company.engine.by("alice").definitions.approve_candidate(pilot.deployment_key)
    for hours in (0, 1, 2, 3):
        company.live(2 + hours, 6 + hours, 12)  # three blocks of four

    company.now = MONDAY + timedelta(weeks=4, hours=1)
    late = company.look(pilot.id)

    assert (late["candidate"], late["current"]) == (3.5, 7.5), "hours"
    assert (late["effect"], late["suggestion"]) == (4.0, "adopt"), "fewer hours are a gain"
    assert 3.2 < late["low"] < 4.0 < late["high"] < 4.8
    assert company.look(pilot.id) == late
    assert pilot.looks[-1]["mean_candidate"] == 3.5


def test_what_else_differs_is_told_and_decides_nothing(company: Company) -> None:
    pilot = company.propose()
    company.engine.by("alice").definitions.approve_candidate(pilot.deployment_key)
    company.live(2, 6, 40)
    first = company.engine.instances.start(StartRequest("p", variables={"customer_id": 1}))
    assert first.instance_key

    company.now = MONDAY + timedelta(weeks=4, hours=1)
    company.look(pilot.id)

    result = running.get(company.session, pilot.id).result
    beside = {each["what"]: each for each in result["beside"]}
    assert beside["hours"]["effect"] == 4.0
    assert (beside["hours"]["n_candidate"], beside["hours"]["n_current"]) == (20, 20)
    came_again = {beside["again"]["candidate"], beside["again"]["current"]}
    assert came_again == {0.0, 0.05}, "one of twenty on one side"
    assert beside["given"]["effect"] == 0.0
    assert beside["mark"]["n_candidate"] == 0
    assert beside["mark"]["low"] is None


def test_another_share_than_the_proposed_is_refused(company: Company) -> None:
    company.propose()

    with pytest.raises(Invalid, match="50%"):
        company.begin(share=0.25)


def test_a_candidate_that_was_only_proposed_is_planned_by_the_cycle(company: Company) -> None:
    made = company.engine.by("bob").definitions.propose_candidate([resource(FASTER)])

    answer = company.begin(candidate=str(made.key))

    pilot = running.get(company.session, answer["pilot_id"])
    assert (pilot.state, pilot.weeks, pilot.success_if) == ("proposed", 4, 0.1)
    assert pilot.planned > 300
