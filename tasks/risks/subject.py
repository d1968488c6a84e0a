"""What risks and intensive care add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.risks.records import CareProgramme, CareTalk, RiskAssessment, RiskNight

SUBJECT: Final = Subject(
    name="risks",
    tables=(CareProgramme, CareTalk, RiskAssessment, RiskNight),
)
