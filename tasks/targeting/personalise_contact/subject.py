"""What personalisation adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.targeting.personalise_contact.choosing import load_context, next_best_offer
from tasks.targeting.personalise_contact.telling import (
    keep_choices,
    note_personal,
    render_personal,
)

SUBJECT: Final = Subject(
    name="personalise_contact",
    service_tasks=(keep_choices, load_context, next_best_offer, note_personal, render_personal),
)
