"""What purchase timing adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.targeting.purchase_timing.due import find_windows
from tasks.targeting.purchase_timing.intent import (
    close_intent,
    gather_signals,
    keep_contact,
    note_intent,
    read_purchase_news,
)

SUBJECT: Final = Subject(
    name="purchase_timing",
    service_tasks=(
        close_intent,
        find_windows,
        gather_signals,
        keep_contact,
        note_intent,
        read_purchase_news,
    ),
)
