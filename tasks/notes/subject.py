"""What notes add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.notes.records import CustomerNote

SUBJECT: Final = Subject(
    name="notes",
    tables=(CustomerNote,),
    records=(RecordKind("customer_notes", CustomerNote),),
)
