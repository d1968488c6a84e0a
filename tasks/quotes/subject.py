"""What quotes add to the CRM."""

from typing import Final

from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject
from tasks.quotes.records import Opportunity, Quote

SUBJECT: Final = Subject(
    name="quotes",
    tables=(
        Opportunity,
        Quote,
    ),
    records=(
        RecordKind("opportunities", Opportunity),
        RecordKind("quotes", Quote, frozenset({"approved_hash"})),
    ),
)
