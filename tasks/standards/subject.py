"""What standards add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.standards.records import ControlLimits, Measurement, ServiceStandard, Signal
from tasks.standards.service_tasks import measure

SUBJECT: Final = Subject(
    name="standards",
    tables=(
        ControlLimits,
        Measurement,
        ServiceStandard,
        Signal,
    ),
    webhooks={"standard.signal": "The chart of a service standard shows that something changed."},
    service_tasks=(measure,),
)
