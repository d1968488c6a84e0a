"""What partners add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.partners.events import TYPES
from tasks.partners.records import Partner

SUBJECT: Final = Subject(
    name="partners",
    tables=(Partner,),
    events=TYPES,
    records=(RecordKind("partners", Partner),),
)
