"""Approved plans for segments."""

from tasks.migrations.tables import (
    big,
    create,
    day,
    index,
    json,
    one_of,
    text,
    to,
    unique,
    whole,
)

revision = "crm_segment_plans"
down_revision = "crm_offer_choices"
branch_labels = None
depends_on = None

OBJECTIVES = ("invest", "protect", "develop", "automate", "reprice", "exit", "learn")


def upgrade() -> None:
    create(
        "crm_segment_plan",
        to("segment_id", "crm_segment"),
        *(text(name) for name in ("objective", "reason", "proposition", "service_level")),
        json("treatments"),
        whole("contacts_30d", empty=True),
        big("budget"),
        *(text(name) for name in ("kpi", "target", "job_key")),
        day("review_on"),
        json("figures"),
        index("segment_id", "id"),
        unique("job_key"),
        one_of("objective", *OBJECTIVES),
    )
