"""Nobody is asked without being told what the answer is good for."""

from typing import Final

from tasks.declare.trigger import Trigger

BENEFIT: Final = Trigger(
    name="survey_benefit",
    table="crm_survey",
    message="a survey says what whoever answers has of it",
    condition="TRIM(NEW.benefit_statement) = ''",
)
TRIGGERS: Final = (BENEFIT,)
