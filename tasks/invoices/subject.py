"""What invoices add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.invoices.events import TYPES

SUBJECT: Final = Subject(name="invoices", events=TYPES)
