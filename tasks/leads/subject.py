"""What leads add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.leads.events import TYPES

SUBJECT: Final = Subject(name="leads", events=TYPES)
