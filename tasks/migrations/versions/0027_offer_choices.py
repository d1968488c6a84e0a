"""Why an offer was or was not made to one customer; campaigns that choose for each person."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.tables import big, create, index, instant, number, one_of, text, to

revision = "crm_offer_choices"
down_revision = "crm_pauses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "crm_campaign",
        sa.Column("personal", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    create(
        "crm_offer_choice",
        to("customer_id", "crm_customer"),
        to("campaign_id", "crm_campaign", empty=True),
        to("contact_id", "crm_contact", empty=True),
        text("offer"),
        number("p"),
        big("expected_margin", empty=True),
        text("reason"),
        text("outcome"),
        instant("at"),
        text("origin", empty=True),
        one_of("outcome", "not_made", "made", "refused", "useful"),
        index("customer_id", "offer"),
        index("contact_id"),
        index("origin"),
        edited=False,
    )
