"""Pilots of candidate versions."""

from alembic import op

from tasks.migrations.tables import (
    big,
    create,
    index,
    instant,
    json,
    number,
    one_of,
    text,
    to,
    whole,
)

revision = "crm_pilots"
down_revision = "crm_segment_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "crm_pilot",
        text("name"),
        text("process_id"),
        big("deployment_key"),
        whole("improvement_id", empty=True),
        to("standard_id", "crm_standard"),
        whole("weeks"),
        number("success_if"),
        number("stop_if"),
        whole("planned"),
        text("state"),
        instant("begun_at", empty=True),
        instant("ends_at", empty=True),
        json("looks"),
        json("result"),
        text("verdict"),
        instant("ended_at", empty=True),
        text("ended_by"),
        one_of("state", "proposed", "running", "stopped", "adopted", "dropped", "taken_back"),
        index("deployment_key", "process_id"),
    )


def downgrade() -> None:
    op.drop_table("crm_pilot")
