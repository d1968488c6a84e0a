"""What welcomes add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.welcomes.records import EarlyEncounter, WelcomePlan

SUBJECT: Final = Subject(
    name="welcomes",
    tables=(
        EarlyEncounter,
        WelcomePlan,
    ),
)
