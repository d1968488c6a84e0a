"""What persons add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.persons.events import TYPES

SUBJECT: Final = Subject(name="persons", events=TYPES)
