"""Whoever has lapsed is in no campaign: winning back is a programme of its own."""

from sqlalchemy.orm import Session

from tasks.segments.records import Segment, SegmentMember
from tasks.targeting.campaign_planning.audience import audience, base
from tasks.win_back.lapse_reason import note_lapse
from tests.support.crm import NOON, customer


def test_no_campaign_addresses_whoever_has_lapsed(session: Session) -> None:
    mira, nora = customer(session), customer(session, name="Nora North")
    segment = Segment(name="neighbours", title="Neighbours", kind="rfm", created_at=NOON)
    session.add(segment)
    session.flush()
    for person in (mira, nora):
        member = SegmentMember(segment_id=segment.id, customer_id=person.id)
        member.at = NOON
        session.add(member)
    session.flush()

    note_lapse(session, NOON, mira.id, "lapsed")
    note_lapse(session, NOON, nora.id, "dormant")

    found = audience(session, "neighbours", ["email"], NOON)
    assert [each.customer_id for each in found] == [nora.id]  # the dormant stay customers
    assert base(session) == 1
