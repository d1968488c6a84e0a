"""What profiles add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.profiles.records import AskedQuestion, InfoNeed, ProfileFact
from tasks.profiles.triggers import TRIGGERS

SUBJECT: Final = Subject(
    name="profiles",
    tables=(
        AskedQuestion,
        InfoNeed,
        ProfileFact,
    ),
    records=(RecordKind("profile_facts", ProfileFact),),
    triggers=TRIGGERS,
)
