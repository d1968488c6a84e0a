"""No question without its benefit to the customer and something that uses the answer."""

from typing import Final

from tasks.declare.trigger import Trigger

BENEFIT: Final = Trigger(
    name="question_benefit",
    table="crm_info_need",
    message="a question says what the customer has of the answer",
    condition="TRIM(NEW.benefit_statement) = ''",
)
TRIGGERS: Final = (BENEFIT,)
