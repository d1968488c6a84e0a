"""Conversations: where the customer wrote last, who wrote, our first answer; their interactions."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT, index

revision = "crm_conversations"
down_revision = "crm_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("channel", "sender"):
        op.add_column("crm_conversation", sa.Column(column, sa.String(), nullable=True))
    op.add_column("crm_conversation", sa.Column("answered_at", INSTANT, nullable=True))
    never = sa.Column("switched", sa.Integer(), server_default="0", nullable=False)
    op.add_column("crm_conversation", never)
    with op.batch_alter_table("crm_interaction") as batch:
        batch.add_column(sa.Column("conversation_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("kind", sa.String(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_crm_interaction_conversation_id"),
            "crm_conversation",
            ["conversation_id"],
            ["id"],
        )
    index("crm_interaction", "conversation_id")
