"""What expectations add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.expectations.records import Expectation, MutualGoal

SUBJECT: Final = Subject(
    name="expectations",
    tables=(
        Expectation,
        MutualGoal,
    ),
    records=(
        RecordKind("expectations", Expectation),
        RecordKind("mutual_goals", MutualGoal),
    ),
)
