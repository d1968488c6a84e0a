"""What moments add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.moments.events import TYPES
from tasks.moments.records import Kudos, MomentOfTruth

SUBJECT: Final = Subject(
    name="moments",
    tables=(
        Kudos,
        MomentOfTruth,
    ),
    events=TYPES,
    webhooks={"mot.negative": "A moment of truth went wrong: a heavy negative one was noted."},
    records=(RecordKind("moments", MomentOfTruth),),
)
