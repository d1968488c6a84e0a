"""What scores add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.scores.records import CustomerScore, RelationScore

SUBJECT: Final = Subject(
    name="scores",
    tables=(CustomerScore, RelationScore),
    webhooks={"customer.tier_changed": "A customer's tier is another than at the last scoring."},
)
