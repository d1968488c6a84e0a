"""What processes declare as touchpoints becomes moments of truth."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.transaction.ports import Encounter
from tasks.moments.encounters import record
from tasks.moments.records import MomentOfTruth
from tasks.touchpoints.records import Touchpoint
from tests.support.crm import NOON, customer


def test_an_encounter_is_a_neutral_moment_of_its_touchpoint(session: Session) -> None:
    mira = customer(session)
    session.flush()
    met = [
        Encounter("welcome call", str(mira.id), 1, 11, NOON),
        Encounter("welcome call", "4711", 2, 12, NOON),
        Encounter("goodbye", None, 3, 13, NOON),
    ]
    record(session.connection(), met[:2])
    record(session.connection(), met[2:])

    found = session.execute(
        select(Touchpoint.name, MomentOfTruth.customer_id, MomentOfTruth.origin)
        .join(Touchpoint, Touchpoint.id == MomentOfTruth.touchpoint_id)
        .order_by(MomentOfTruth.id)
    ).all()
    assert [tuple(row) for row in found] == [
        ("welcome call", mira.id, "element:11"),
        ("welcome call", None, "element:12"),
        ("goodbye", None, "element:13"),
    ]
