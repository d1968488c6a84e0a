"""What lapsed add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.lapsed.records import FixedCause, LapsedRecord, LapseReason, SecondLife, WinbackAttempt

SUBJECT: Final = Subject(
    name="lapsed",
    tables=(
        FixedCause,
        LapseReason,
        LapsedRecord,
        SecondLife,
        WinbackAttempt,
    ),
)
