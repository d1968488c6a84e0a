"""Trust and health of relations, and how owners see them."""

from tasks.migrations.tables import (
    create,
    index,
    instant,
    json,
    number,
    one_of,
    text,
    to,
)

revision = "crm_relation_scores"
down_revision = "crm_intents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "crm_relation_score",
        to("customer_id", "crm_customer"),
        text("kind"),
        one_of("kind", "trust", "health", "owner_view"),
        number("value"),
        json("parts"),
        json("unknown"),
        text("note"),
        instant("at"),
        index("customer_id", "kind", "id"),
        edited=False,
    )
