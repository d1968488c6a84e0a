"""What surveys add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.surveys.events import TYPES
from tasks.surveys.records import Survey, SurveyAnswer, SurveyInvitation
from tasks.surveys.triggers import TRIGGERS

SUBJECT: Final = Subject(
    name="surveys",
    tables=(
        Survey,
        SurveyAnswer,
        SurveyInvitation,
    ),
    events=TYPES,
    triggers=TRIGGERS,
)
