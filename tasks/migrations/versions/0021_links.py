"""Links for people outside, and the looks of partners."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.tables import big, create, index, instant, one_of, text, to, unique, whole

revision = "crm_links"
down_revision = "crm_owned_together"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("crm_message", sa.Column("partner_id", sa.Integer(), nullable=True))
    create(
        "crm_link",
        text("digest"),
        text("kind"),
        text("party"),
        to("customer_id", "crm_customer", empty=True),
        to("partner_id", "crm_partner", empty=True),
        to("case_id", "crm_case", empty=True),
        whole("record_id", empty=True),
        big("root_key", empty=True),
        big("task_key", empty=True),
        text("message_key"),
        big("form_key", empty=True),
        instant("expires_at"),
        instant("used_at", empty=True),
        text("answer_digest"),
        instant("withdrawn_at", empty=True),
        text("withdrawn_by"),
        one_of("kind", "answer", "case", "preferences", "quote", "about_you"),
        one_of("party", "customer", "partner"),
        unique("digest"),
        index("customer_id"),
        index("task_key"),
        index("root_key", "customer_id"),
        edited=False,
    )
    create(
        "crm_link_look",
        to("link_id", "crm_link"),
        instant("at"),
        index("link_id"),
        edited=False,
    )
