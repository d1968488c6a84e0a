"""What contracts add to the CRM."""

from typing import Final

from tasks.contracts.events import TYPES
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(name="contracts", events=TYPES)
