"""What enquiries add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.enquiry.leads import (
    find_leads,
    keep_activity,
    keep_qualified,
    note_stage,
    open_lead,
    predict,
)

SUBJECT: Final = Subject(
    name="enquiry",
    service_tasks=(
        find_leads,
        keep_activity,
        keep_qualified,
        note_stage,
        open_lead,
        predict,
    ),
)
