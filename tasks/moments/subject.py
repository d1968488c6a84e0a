"""What moments add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.moments.records import Kudos, MomentOfTruth

SUBJECT: Final = Subject(
    name="moments",
    tables=(
        Kudos,
        MomentOfTruth,
    ),
)
