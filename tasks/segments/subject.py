"""What segments add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.segments.plans import SegmentPlan
from tasks.segments.records import Segment, SegmentMember
from tasks.segments.refresh import refresh_segments

SUBJECT: Final = Subject(
    name="segments",
    tables=(
        Segment,
        SegmentMember,
        SegmentPlan,
    ),
    service_tasks=(refresh_segments,),
)
