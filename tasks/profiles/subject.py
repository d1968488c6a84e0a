"""What profiles add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.profiles.records import AskedQuestion, InfoNeed, ProfileFact

SUBJECT: Final = Subject(
    name="profiles",
    tables=(
        AskedQuestion,
        InfoNeed,
        ProfileFact,
    ),
)
