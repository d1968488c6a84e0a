"""What lapsed add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.lapsed.records import LapsedRecord, LapseReason, WinbackAttempt

SUBJECT: Final = Subject(
    name="lapsed",
    tables=(
        LapseReason,
        LapsedRecord,
        WinbackAttempt,
    ),
)
