"""Instances are found by customer, those that are over too: a customer's page shows them."""

from alembic import op

from engine.store.types import where

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAME = "ix_pv_instance_customer"


def upgrade() -> None:
    op.drop_index(NAME, "pv_instance")
    op.create_index(NAME, "pv_instance", ["customer", "key"], **where("customer IS NOT NULL"))


def downgrade() -> None:
    op.drop_index(NAME, "pv_instance")
    condition = "ended_at IS NULL AND customer IS NOT NULL"
    op.create_index(NAME, "pv_instance", ["customer"], **where(condition))
