"""What usage add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.usage.events import TYPES

SUBJECT: Final = Subject(name="usage", events=TYPES)
