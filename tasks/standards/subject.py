"""What standards add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.standards.records import ControlLimits, Measurement, ServiceStandard, Signal

SUBJECT: Final = Subject(
    name="standards",
    tables=(
        ControlLimits,
        Measurement,
        ServiceStandard,
        Signal,
    ),
)
