"""What partners add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.partners.events import TYPES

SUBJECT: Final = Subject(name="partners", events=TYPES)
