"""What an opportunity began by and rests until; what an offer promises, costs and lasts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "crm_sales"
down_revision = "crm_measured_standards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    opportunity: tuple[sa.Column[Any], ...] = (
        sa.Column("product", sa.String(), server_default="", nullable=False),
        sa.Column("began_by", sa.String(), server_default="", nullable=False),
        sa.Column("rest_until", sa.Date(), nullable=True),
    )
    quote: tuple[sa.Column[Any], ...] = (
        sa.Column("needs", sa.String(), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("promises", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("terms", sa.String(), server_default="standard", nullable=False),
        sa.Column("months", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_by", sa.String(), server_default="", nullable=False),
    )
    for table, columns in (("crm_opportunity", opportunity), ("crm_quote", quote)):
        for column in columns:
            op.add_column(table, column)
