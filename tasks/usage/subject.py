"""What usage adds to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.usage.events import TYPES
from tasks.usage.records import Usage

SUBJECT: Final = Subject(
    name="usage",
    tables=(Usage,),
    events=TYPES,
    records=(RecordKind("usage", Usage),),
)
