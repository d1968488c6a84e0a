"""Accounts, groups, sessions, tokens, failed sign-ins, drafts of tasks."""

import sqlalchemy as sa
from alembic import op

from engine.store import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(100), nullable=False),
        sa.Column("display_name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), server_default="", nullable=False),
        sa.Column("password_hash", sa.String(200), server_default="", nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("locale", sa.String(10), server_default="", nullable=False),
        sa.Column("calendar", sa.String(20), server_default="", nullable=False),
        sa.Column("shortcuts", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("username", name="uq_account_username"),
    )
    op.create_table(
        "account_group",
        _of_account("account_group"),
        sa.Column("name", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name="pk_account_group"),
    )
    op.create_table(
        "account_session",
        sa.Column("digest", sa.String(64), nullable=False),
        _of_account("account_session"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_account_session"),
    )
    op.create_index("ix_account_session_account_id", "account_session", ["account_id"])
    op.create_index("ix_account_session_expires_at", "account_session", ["expires_at"])
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        _of_account("api_token"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("hint", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime()),
        sa.Column("last_used_at", UtcDateTime()),
        sa.Column("revoked_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("digest", name="uq_api_token_digest"),
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"])
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(100), nullable=False),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_username_at", "sign_in_failure", ["username", "at"])
    op.create_index("ix_sign_in_failure_address_at", "sign_in_failure", ["address", "at"])
    op.create_table(
        "task_draft",
        sa.Column("task_key", sa.String(20), nullable=False),
        sa.Column("username", sa.String(100), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("task_key", "username", name="pk_task_draft"),
    )


def downgrade() -> None:
    for table in (
        "task_draft", "sign_in_failure", "api_token", "account_session", "account_group", "account",
    ):  # fmt: skip
        op.drop_table(table)


def _of_account(table: str) -> sa.Column[int]:
    name = f"fk_{table}_account_id"
    target = sa.ForeignKey("account.id", name=name, ondelete="CASCADE")
    return sa.Column("account_id", sa.Integer(), target, nullable=False)
