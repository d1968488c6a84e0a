"""What moments add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.moments.records import Kudos, MomentOfTruth

SUBJECT: Final = Subject(
    name="moments",
    tables=(
        Kudos,
        MomentOfTruth,
    ),
    records=(RecordKind("moments", MomentOfTruth),),
)
