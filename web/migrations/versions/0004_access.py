"""Scopes of tokens, people of an OpenID provider, workers that live, counted requests."""

import sqlalchemy as sa
from alembic import op

from engine.store import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("api_token") as table:
        table.add_column(sa.Column("scopes", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("issuer", sa.String(500)))
        table.add_column(sa.Column("subject", sa.String(255)))
        table.create_unique_constraint("uq_account_issuer_subject", ["issuer", "subject"])
    op.create_table(
        "worker",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_worker"),
    )
    op.create_table(
        "rate",
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate"),
    )
    op.create_index("ix_rate_expires_at", "rate", ["expires_at"])


def downgrade() -> None:
    op.drop_table("rate")
    op.drop_table("worker")
    with op.batch_alter_table("account") as table:
        table.drop_constraint("uq_account_issuer_subject", type_="unique")
        table.drop_column("subject")
        table.drop_column("issuer")
    with op.batch_alter_table("api_token") as table:
        table.drop_column("scopes")
