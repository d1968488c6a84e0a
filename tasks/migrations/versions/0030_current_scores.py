"""What the last scoring found of each customer, the nights of scoring, moves between segments."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT, index, to

revision = "crm_current_scores"
down_revision = "crm_notes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _current_scores()
    op.create_table(
        "crm_scoring_night",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("buyers", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_scoring_night")),
    )
    index("crm_scoring_night", "as_of")
    op.create_table(
        "crm_segment_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        to("crm_segment_move", "segment_id", "crm_segment"),
        to("crm_segment_move", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_segment_move")),
    )
    index("crm_segment_move", "customer_id", "at")
    index("crm_segment_move", "segment_id", "at")


def _current_scores() -> None:
    whole = ("r", "f", "m", "orders", "margin_rank", "revenue_rank", "problems_12m", "problem_rank")
    op.create_table(
        "crm_current_score",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in whole),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("segment", "tier")),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("spent", "margin_12m", "digest")
        ),
        *(
            sa.Column(name, sa.Date(), nullable=True)
            for name in ("last_purchase", "window_from", "window_to")
        ),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("alive", "expected_12m")),
        sa.Column("clv_12m", sa.BigInteger(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        to("crm_current_score", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_crm_current_score")),
    )
    for column in ("tier", "segment", "silent"):
        index("crm_current_score", column, "customer_id")
    index("crm_current_score", "window_from")
