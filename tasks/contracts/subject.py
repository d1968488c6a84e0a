"""What contracts add to the CRM."""

from typing import Final

from tasks.contracts.events import TYPES
from tasks.contracts.records import Contract
from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="contracts",
    tables=(Contract,),
    events=TYPES,
    records=(RecordKind("contracts", Contract),),
)
