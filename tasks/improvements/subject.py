"""What improvements add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.improvements.records import Improvement

SUBJECT: Final = Subject(
    name="improvements",
    tables=(Improvement,),
    records=(RecordKind("improvements", Improvement),),
)
