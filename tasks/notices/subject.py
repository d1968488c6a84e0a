"""What notices add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.notices.service_tasks import deadline, escalate, remind

SUBJECT: Final = Subject(
    name="notices",
    service_tasks=(deadline, escalate, remind),
)
