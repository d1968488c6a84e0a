"""What competitors add to the CRM."""

from typing import Final

from tasks.competitors.events import TYPES
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(name="competitors", events=TYPES)
