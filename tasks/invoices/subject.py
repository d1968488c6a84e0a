"""What invoices add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.invoices.events import TYPES
from tasks.invoices.records import Invoice

SUBJECT: Final = Subject(
    name="invoices",
    tables=(Invoice,),
    events=TYPES,
    records=(RecordKind("invoices", Invoice),),
)
