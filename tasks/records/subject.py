"""What records add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.records.ids import RecordId

SUBJECT: Final = Subject(name="records", tables=(RecordId,))
