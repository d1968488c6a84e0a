"""What leads add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.leads.events import TYPES
from tasks.leads.records import AdvocateRequest, Lead

SUBJECT: Final = Subject(
    name="leads",
    tables=(
        AdvocateRequest,
        Lead,
    ),
    events=TYPES,
    records=(RecordKind("leads", Lead),),
)
