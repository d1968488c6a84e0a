"""The first tables of the engine: what happened, what an instance waits for."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import JsonText, JsonValue, UtcDateTime

revision = "0001"
down_revision = "0001a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pv_history",
        sa.Column("instance_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("command", sa.String(length=64), nullable=False),
        sa.Column("entries", JsonText(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_history_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_key", "seq", name=op.f("pk_pv_history")),
    )
    op.create_index("ix_pv_history_at", "pv_history", ["at"], unique=False)
    op.create_table(
        "pv_incident",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("job_key", sa.BigInteger(), nullable=True),
        sa.Column("error_type", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("data", JsonText(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["pv_definition.key"], name=op.f("fk_pv_incident_definition_key")
        ),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_incident_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_incident")),
    )
    op.create_index(
        "ix_pv_incident_active",
        "pv_incident",
        ["key"],
        unique=False,
        sqlite_where=sa.text("state = 'ACTIVE'"),
        postgresql_where=sa.text("state = 'ACTIVE'"),
    )
    op.create_index(
        "ix_pv_incident_definition",
        "pv_incident",
        ["definition_key", "element_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pv_incident_instance_key"), "pv_incident", ["instance_key"], unique=False
    )
    op.create_index(op.f("ix_pv_incident_job_key"), "pv_incident", ["job_key"], unique=False)
    op.create_table(
        "pv_job",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("listener_event", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("installed", sa.Boolean(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("headers", JsonText(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=255), nullable=False),
        sa.Column("available_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("deadline", UtcDateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(length=255), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["pv_definition.key"], name=op.f("fk_pv_job_definition_key")
        ),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_job_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_job")),
    )
    op.create_index(
        "ix_pv_job_activation",
        "pv_job",
        ["type", "rank", "key"],
        unique=False,
        sqlite_where=sa.text("open AND retries > 0"),
        postgresql_where=sa.text("open AND retries > 0"),
    )
    op.create_index(
        "ix_pv_job_installed",
        "pv_job",
        ["available_at"],
        unique=False,
        sqlite_where=sa.text("open AND installed AND retries > 0"),
        postgresql_where=sa.text("open AND installed AND retries > 0"),
    )
    op.create_index(op.f("ix_pv_job_instance_key"), "pv_job", ["instance_key"], unique=False)
    op.create_table(
        "pv_subscription",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("start", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column("data", JsonText(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_key"],
            ["pv_definition.key"],
            name=op.f("fk_pv_subscription_definition_key"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_subscription_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_subscription")),
    )
    op.create_index(
        op.f("ix_pv_subscription_definition_key"),
        "pv_subscription",
        ["definition_key"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pv_subscription_instance_key"), "pv_subscription", ["instance_key"], unique=False
    )
    op.create_index(
        "ix_pv_subscription_waiting",
        "pv_subscription",
        ["name", "correlation_key", "kind"],
        unique=False,
        sqlite_where=sa.text("state = 'CREATED'"),
        postgresql_where=sa.text("state = 'CREATED'"),
    )
    op.create_table(
        "pv_timer",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("interval", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["pv_definition.key"], name=op.f("fk_pv_timer_definition_key")
        ),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_timer_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_timer")),
    )
    op.create_index(
        op.f("ix_pv_timer_definition_key"), "pv_timer", ["definition_key"], unique=False
    )
    op.create_index(op.f("ix_pv_timer_due_at"), "pv_timer", ["due_at"], unique=False)
    op.create_index(op.f("ix_pv_timer_instance_key"), "pv_timer", ["instance_key"], unique=False)
    op.create_table(
        "pv_user_task",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("assignee", sa.String(length=255), nullable=True),
        sa.Column("candidate_groups", JsonText(), nullable=False),
        sa.Column("candidate_users", JsonText(), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("follow_up_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("due_order", UtcDateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.BigInteger(), nullable=True),
        sa.Column("form", JsonText(), nullable=True),
        sa.Column("external_form", sa.Text(), nullable=True),
        sa.Column("headers", JsonText(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["pv_definition.key"], name=op.f("fk_pv_user_task_definition_key")
        ),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_user_task_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_user_task")),
    )
    op.create_index(
        "ix_pv_user_task_claimable",
        "pv_user_task",
        ["audience", "rank", "due_order", "key"],
        unique=False,
        sqlite_where=sa.text("state = 'CREATED' AND assignee IS NULL"),
        postgresql_where=sa.text("state = 'CREATED' AND assignee IS NULL"),
    )
    op.create_index(
        op.f("ix_pv_user_task_definition_key"), "pv_user_task", ["definition_key"], unique=False
    )
    op.create_index("ix_pv_user_task_done", "pv_user_task", ["ended_by", "ended_at"], unique=False)
    op.create_index(
        op.f("ix_pv_user_task_instance_key"), "pv_user_task", ["instance_key"], unique=False
    )
    op.create_index(
        "ix_pv_user_task_mine",
        "pv_user_task",
        ["assignee", "rank", "due_order", "key"],
        unique=False,
        sqlite_where=sa.text("state = 'CREATED'"),
        postgresql_where=sa.text("state = 'CREATED'"),
    )
    op.create_index(
        "ix_pv_user_task_overdue",
        "pv_user_task",
        ["due_at", "key"],
        unique=False,
        sqlite_where=sa.text("state = 'CREATED'"),
        postgresql_where=sa.text("state = 'CREATED'"),
    )
    op.create_table(
        "pv_variable",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("scope_key", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("value", JsonValue(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_variable_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_variable")),
        sa.UniqueConstraint("scope_key", "name", name=op.f("uq_pv_variable_scope_key_name")),
    )
    op.create_index(
        op.f("ix_pv_variable_instance_key"), "pv_variable", ["instance_key"], unique=False
    )
    op.create_index("ix_pv_variable_name", "pv_variable", ["name", "instance_key"], unique=False)
    op.execute("INSERT INTO pv_key_block (id, next) VALUES (1, 2251799813685249)")


def downgrade() -> None:
    for table in (
        "pv_variable",
        "pv_user_task",
        "pv_timer",
        "pv_subscription",
        "pv_job",
        "pv_incident",
        "pv_history",
    ):
        op.drop_table(table)
