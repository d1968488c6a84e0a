"""What touchpoints add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.touchpoints.records import ServiceCycle, Touchpoint

SUBJECT: Final = Subject(
    name="touchpoints",
    tables=(
        ServiceCycle,
        Touchpoint,
    ),
    records=(RecordKind("touchpoints", Touchpoint),),
)
