"""A search finds what another system calls a customer without knowing the system."""

from alembic import op

revision = "crm_identifier_key"
down_revision = "crm_permissions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_crm_identifier_key"), "crm_identifier", ["key"])
