"""What choice reasons add to the CRM."""

from typing import Final

from tasks.choice_reasons.records import ChoiceReason, ReasonCode
from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="choice_reasons",
    tables=(
        ChoiceReason,
        ReasonCode,
    ),
    records=(RecordKind("choice_reasons", ChoiceReason),),
)
