"""How many customers have which products together."""

from tasks.migrations.tables import create, index, to, unique, whole

revision = "crm_owned_together"
down_revision = "crm_risks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "crm_owned_together",
        to("one_id", "crm_product"),
        to("other_id", "crm_product"),
        whole("customers"),
        unique("one_id", "other_id"),
        index("other_id"),
        edited=False,
    )
