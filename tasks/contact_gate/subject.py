"""What contact gate add to the CRM."""

from typing import Final

from tasks.contact_gate.delivery import deliver
from tasks.contact_gate.facts import gather_facts
from tasks.contact_gate.ledger import record, reserve_slot
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="contact_gate",
    service_tasks=(deliver, gather_facts, record, reserve_slot),
)
