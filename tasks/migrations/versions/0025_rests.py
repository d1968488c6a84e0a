"""Whoever is tired of our messages is left in peace until an instant."""

from tasks.migrations.tables import create, index, instant, text, to

revision = "crm_rests"
down_revision = "crm_turns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "crm_rest",
        to("customer_id", "crm_customer"),
        instant("until"),
        text("reason"),
        index("customer_id", "until"),
        edited=False,
    )
