"""Merges of customers, and pairs that are known to be different."""

from tasks.migrations.tables import create, instant, json, to, unique

revision = "crm0011"
down_revision = "crm0010b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "crm_merge",
        to("customer_id", "crm_customer"),
        to("into_id", "crm_customer"),
        json("moved"),
        instant("undone_at", empty=True),
        edited=False,
    )
    create(
        "crm_different",
        to("customer_id", "crm_customer"),
        to("other_id", "crm_customer"),
        unique("customer_id", "other_id"),
        edited=False,
    )
