"""What pressure control adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.targeting.pressure_control.opt_outs import count_opt_outs
from tasks.targeting.pressure_control.pressure import find_overlaps, work_out_pressure
from tasks.targeting.pressure_control.resolving import resolve_overlaps, set_caps

SUBJECT: Final = Subject(
    name="pressure_control",
    service_tasks=(count_opt_outs, find_overlaps, resolve_overlaps, set_caps, work_out_pressure),
)
