"""What pilots add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.pilots.records import Pilot
from tasks.pilots.service_tasks import (
    adopt,
    begin_pilot,
    drop,
    look_at_pilots,
    measure_pilot,
    take_back,
)

SUBJECT: Final = Subject(
    name="pilots",
    tables=(Pilot,),
    service_tasks=(begin_pilot, measure_pilot, look_at_pilots, adopt, drop, take_back),
)
