"""What people can do: skills that tasks may ask for."""

from alembic import op

from web.app import tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables.account_skill.create(op.get_bind())


def downgrade() -> None:
    op.drop_table("account_skill")
