"""What pressure control adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.targeting.pressure_control.pressure import find_overlaps, work_out_pressure
from tasks.targeting.pressure_control.resolving import resolve_overlaps, set_caps

SUBJECT: Final = Subject(
    name="pressure_control",
    service_tasks=(find_overlaps, resolve_overlaps, set_caps, work_out_pressure),
)
