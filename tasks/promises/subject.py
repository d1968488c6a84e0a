"""What promises add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.promises.records import Promise

SUBJECT: Final = Subject(
    name="promises",
    tables=(Promise,),
    records=(RecordKind("promises", Promise),),
)
