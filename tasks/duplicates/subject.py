"""What duplicates add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.duplicates.records import Different, Merge

SUBJECT: Final = Subject(name="duplicates", tables=(Different, Merge))
