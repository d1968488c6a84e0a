"""What segments add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.segments.plans import SegmentPlan
from tasks.segments.records import Segment, SegmentMember, SegmentMove
from tasks.segments.refresh import refresh_segments, segments_by_rule

SUBJECT: Final = Subject(
    name="segments",
    tables=(
        Segment,
        SegmentMember,
        SegmentMove,
        SegmentPlan,
    ),
    service_tasks=(refresh_segments, segments_by_rule),
)
