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
from tasks.enquiry.sign_up import drop_sign_up, keep_sign_up, note_sign_up

SUBJECT: Final = Subject(
    name="enquiry",
    service_tasks=(
        drop_sign_up,
        find_leads,
        keep_activity,
        keep_qualified,
        keep_sign_up,
        note_sign_up,
        note_stage,
        open_lead,
        predict,
    ),
)
