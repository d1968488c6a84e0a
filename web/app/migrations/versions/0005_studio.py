"""Drafts of the studio: saves, contents, presence, approvals."""

import sqlalchemy as sa
from alembic import op

from engine.store import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _draft() -> sa.Column[int]:
    key = sa.ForeignKey("studio_draft.id", ondelete="CASCADE")
    return sa.Column("draft_id", sa.Integer(), key, nullable=False)


def upgrade() -> None:
    op.create_table(
        "studio_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, server_default="OPEN"),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(100), nullable=False, server_default=""),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("deployment_key", sa.String(20), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_studio_draft"),
    )
    op.create_index("ix_studio_draft_changed_at", "studio_draft", ["changed_at"])
    op.create_table(
        "studio_save",
        _draft(),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False, server_default=""),
        sa.Column("saved_by", sa.String(100), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_studio_save"),
    )
    op.create_table(
        "studio_content",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_studio_content"),
    )
    op.create_table(
        "studio_presence",
        _draft(),
        sa.Column("window", sa.String(40), nullable=False),
        sa.Column("username", sa.String(100), nullable=False),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "window", name="pk_studio_presence"),
    )
    op.create_table(
        "studio_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        _draft(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(100), nullable=False, server_default=""),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("approved", sa.Boolean()),
        sa.Column("alone", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("comment", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_studio_approval"),
    )
    op.create_index("ix_studio_approval_draft_id_number", "studio_approval", ["draft_id", "number"])


def downgrade() -> None:
    for table in ("approval", "presence", "content", "save", "draft"):
        op.drop_table(f"studio_{table}")
