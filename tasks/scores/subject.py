"""What scores add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.scores.one import CHANGING, after_event
from tasks.scores.records import CurrentScore, CustomerScore, RelationScore, ScoringNight
from tasks.scores.scoring import score_customers
from tasks.scores.telling import find_changes

SUBJECT: Final = Subject(
    name="scores",
    tables=(CurrentScore, CustomerScore, RelationScore, ScoringNight),
    webhooks={
        "customer.tier_changed": "A customer's tier is another than at the last scoring.",
        "purchase_window.opened": "The days begin in which a customer's next purchase is likely.",
        "risk.raised": "A customer has been silent for longer than ever before.",
    },
    service_tasks=(score_customers, find_changes),
    follows=dict.fromkeys(CHANGING, after_event),
)
