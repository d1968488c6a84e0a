"""What customers say about solved complaints, root-cause analyses, and actions."""

from tasks.migrations.tables import (
    create,
    day,
    index,
    instant,
    json,
    one_of,
    text,
    to,
    whole,
    yes,
)

revision = "crm_analyses"
down_revision = "crm_complaints"
branch_labels = None
depends_on = None

ROOTS = (
    "people",
    "process",
    "system",
    "information",
    "supplier",
    "promise",
    "product",
    "customer_info",
)


def upgrade() -> None:
    marks = ("csat", "ces", "fair_outcome", "fair_process", "fair_treatment")
    create(
        "crm_case_recheck",
        to("case_id", "crm_case"),
        yes("solved", empty=True),
        *(whole(name, empty=True) for name in marks),
        text("words"),
        index("case_id"),
        edited=False,
    )
    create(
        "crm_root_cause",
        to("cause_id", "crm_cause", empty=True),
        text("problem"),
        json("whys"),
        text("category"),
        one_of("category", *ROOTS),
        index("cause_id"),
    )
    create(
        "crm_action",
        to("root_cause_id", "crm_root_cause"),
        *(text(name) for name in ("kind", "what", "owner", "measure", "expected", "done_what")),
        day("due", empty=True),
        instant("done_at"),
        instant("checked_at", empty=True),
        text("effect", empty=True),
        one_of("kind", "corrective", "preventive"),
        one_of("effect", "effective", "not_yet", "none", "worse"),
        index("root_cause_id"),
    )
