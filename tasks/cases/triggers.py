"""A severe complaint does not close without a cause and a decision about prevention."""

from typing import Final

from tasks.declare.trigger import Trigger

PREVENTION: Final = Trigger(
    name="case_prevention",
    table="crm_case",
    message="a severe complaint closes with a cause and a decision about prevention only",
    condition="""NEW.state = 'closed' AND NEW.kind = 'complaint'
      AND NEW.severity IN ('high', 'critical')
      AND COALESCE(NEW.closed_how, '') NOT IN ('joined', 'erased')
      AND (NEW.cause_id IS NULL OR NEW.prevention IS NULL)""",
)
TRIGGERS: Final = (PREVENTION,)
