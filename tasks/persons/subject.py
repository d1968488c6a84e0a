"""What persons add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.persons.events import TYPES
from tasks.persons.records import Person, StakeholderRole

SUBJECT: Final = Subject(
    name="persons",
    tables=(
        Person,
        StakeholderRole,
    ),
    events=TYPES,
    records=(
        RecordKind("persons", Person),
        RecordKind("stakeholder_roles", StakeholderRole),
    ),
)
