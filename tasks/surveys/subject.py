"""What surveys add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.surveys.events import TYPES

SUBJECT: Final = Subject(name="surveys", events=TYPES)
