"""What insights add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.insights.records import Insight

SUBJECT: Final = Subject(
    name="insights",
    tables=(Insight,),
    records=(RecordKind("insights", Insight),),
)
