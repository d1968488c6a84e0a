"""The first tables of the engine: what is deployed, what runs."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import JsonText, JsonValue, UtcDateTime

revision = "0001a"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pv_audience",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", "member", name=op.f("pk_pv_audience")),
    )
    op.create_index("ix_pv_audience_member", "pv_audience", ["member"], unique=False)
    op.create_table(
        "pv_deployment",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("deployed_by", sa.String(length=255), nullable=False),
        sa.Column("contents", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_deployment")),
    )
    op.create_table(
        "pv_idempotency",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("answer", JsonText(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "actor", name=op.f("pk_pv_idempotency")),
    )
    op.create_index(
        op.f("ix_pv_idempotency_created_at"), "pv_idempotency", ["created_at"], unique=False
    )
    op.create_table(
        "pv_key_block",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pv_key_block")),
    )
    op.create_table(
        "pv_message",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("variables", JsonText(), nullable=False),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=255), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_message")),
    )
    op.create_index(
        "ix_pv_message_buffered", "pv_message", ["name", "correlation_key", "key"], unique=False
    )
    op.create_index(op.f("ix_pv_message_expires_at"), "pv_message", ["expires_at"], unique=False)
    op.create_index(
        "uq_pv_message_id",
        "pv_message",
        ["name", "correlation_key", "message_id"],
        unique=True,
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_table(
        "pv_resource",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_key"], ["pv_deployment.key"], name=op.f("fk_pv_resource_deployment_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_resource")),
    )
    op.create_index(
        op.f("ix_pv_resource_deployment_key"), "pv_resource", ["deployment_key"], unique=False
    )
    op.create_index("ix_pv_resource_name_version", "pv_resource", ["name", "version"], unique=False)
    op.create_table(
        "pv_decision_requirements",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("resource_name", sa.Text(), nullable=False),
        sa.Column("resource_key", sa.BigInteger(), nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_key"],
            ["pv_deployment.key"],
            name=op.f("fk_pv_decision_requirements_deployment_key"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_key"],
            ["pv_resource.key"],
            name=op.f("fk_pv_decision_requirements_resource_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_decision_requirements")),
        sa.UniqueConstraint("id", "version", name=op.f("uq_pv_decision_requirements_id_version")),
    )
    op.create_index(
        op.f("ix_pv_decision_requirements_deployment_key"),
        "pv_decision_requirements",
        ["deployment_key"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pv_decision_requirements_resource_key"),
        "pv_decision_requirements",
        ["resource_key"],
        unique=False,
    )
    op.create_table(
        "pv_definition",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_tag", sa.String(length=255), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("documentation", sa.Text(), nullable=True),
        sa.Column("properties", JsonText(), nullable=False),
        sa.Column("start_form", JsonText(), nullable=True),
        sa.Column("start_form_key", sa.BigInteger(), nullable=True),
        sa.Column("has_none_start", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("resource_name", sa.Text(), nullable=False),
        sa.Column("deployed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("resource_key", sa.BigInteger(), nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_key"], ["pv_deployment.key"], name=op.f("fk_pv_definition_deployment_key")
        ),
        sa.ForeignKeyConstraint(
            ["resource_key"], ["pv_resource.key"], name=op.f("fk_pv_definition_resource_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_definition")),
        sa.UniqueConstraint(
            "process_id", "version", name=op.f("uq_pv_definition_process_id_version")
        ),
    )
    op.create_index(
        op.f("ix_pv_definition_deployment_key"), "pv_definition", ["deployment_key"], unique=False
    )
    op.create_index(
        "ix_pv_definition_process_id_version_tag",
        "pv_definition",
        ["process_id", "version_tag"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pv_definition_resource_key"), "pv_definition", ["resource_key"], unique=False
    )
    op.create_table(
        "pv_form",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_tag", sa.String(length=255), nullable=True),
        sa.Column("schema", JsonText(), nullable=False),
        sa.Column("resource_name", sa.Text(), nullable=False),
        sa.Column("resource_key", sa.BigInteger(), nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_key"], ["pv_deployment.key"], name=op.f("fk_pv_form_deployment_key")
        ),
        sa.ForeignKeyConstraint(
            ["resource_key"], ["pv_resource.key"], name=op.f("fk_pv_form_resource_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_form")),
        sa.UniqueConstraint("id", "version", name=op.f("uq_pv_form_id_version")),
    )
    op.create_index(op.f("ix_pv_form_deployment_key"), "pv_form", ["deployment_key"], unique=False)
    op.create_index("ix_pv_form_id_version_tag", "pv_form", ["id", "version_tag"], unique=False)
    op.create_index(op.f("ix_pv_form_resource_key"), "pv_form", ["resource_key"], unique=False)
    op.create_table(
        "pv_decision",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_tag", sa.String(length=255), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("requirements_id", sa.String(length=255), nullable=False),
        sa.Column("requirements_key", sa.BigInteger(), nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_key"], ["pv_deployment.key"], name=op.f("fk_pv_decision_deployment_key")
        ),
        sa.ForeignKeyConstraint(
            ["requirements_key"],
            ["pv_decision_requirements.key"],
            name=op.f("fk_pv_decision_requirements_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_decision")),
        sa.UniqueConstraint("id", "version", name=op.f("uq_pv_decision_id_version")),
    )
    op.create_index(
        op.f("ix_pv_decision_deployment_key"), "pv_decision", ["deployment_key"], unique=False
    )
    op.create_index(
        "ix_pv_decision_id_version_tag", "pv_decision", ["id", "version_tag"], unique=False
    )
    op.create_index(
        op.f("ix_pv_decision_requirements_key"), "pv_decision", ["requirements_key"], unique=False
    )
    op.create_table(
        "pv_instance",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("checksum", sa.String(length=16), nullable=False),
        sa.Column("flows", JsonText(), nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("business_key", sa.String(length=255), nullable=True),
        sa.Column("correlation_key", sa.Text(), nullable=True),
        sa.Column("tags", JsonText(), nullable=False),
        sa.Column("parent_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("parent_element_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("parent_wait_key", sa.BigInteger(), nullable=True),
        sa.Column("root_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(length=255), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("suspended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("history_seq", sa.Integer(), nullable=False),
        sa.Column("history_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["pv_definition.key"], name=op.f("fk_pv_instance_definition_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_instance")),
    )
    op.create_index(
        "ix_pv_instance_business_key", "pv_instance", ["business_key", "process_id"], unique=False
    )
    op.create_index(
        "ix_pv_instance_correlation",
        "pv_instance",
        ["process_id", "correlation_key"],
        unique=False,
        sqlite_where=sa.text("state = 'ACTIVE' AND correlation_key IS NOT NULL"),
        postgresql_where=sa.text("state = 'ACTIVE' AND correlation_key IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_pv_instance_definition_key"), "pv_instance", ["definition_key"], unique=False
    )
    op.create_index(
        op.f("ix_pv_instance_parent_instance_key"),
        "pv_instance",
        ["parent_instance_key"],
        unique=False,
    )
    op.create_index(
        "ix_pv_instance_process_id_key", "pv_instance", ["process_id", "key"], unique=False
    )
    op.create_index("ix_pv_instance_state_key", "pv_instance", ["state", "key"], unique=False)
    op.create_table(
        "pv_correlation",
        sa.Column("message_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscription_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column("correlated_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["pv_definition.key"], name=op.f("fk_pv_correlation_definition_key")
        ),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_correlation_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_key", "subscription_key", name=op.f("pk_pv_correlation")),
    )
    op.create_index(
        op.f("ix_pv_correlation_instance_key"), "pv_correlation", ["instance_key"], unique=False
    )
    op.create_table(
        "pv_decision_instance",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("definition_key", sa.BigInteger(), nullable=True),
        sa.Column("process_id", sa.String(length=255), nullable=True),
        sa.Column("element_id", sa.String(length=255), nullable=True),
        sa.Column("element_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("decision_key", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.String(length=255), nullable=False),
        sa.Column("inputs", JsonText(), nullable=False),
        sa.Column("output", JsonValue(), nullable=False),
        sa.Column("evaluated", JsonText(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("evaluated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("evaluated_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_decision_instance_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_decision_instance")),
    )
    op.create_index(
        op.f("ix_pv_decision_instance_decision_key"),
        "pv_decision_instance",
        ["decision_key"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pv_decision_instance_definition_key"),
        "pv_decision_instance",
        ["definition_key"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pv_decision_instance_instance_key"),
        "pv_decision_instance",
        ["instance_key"],
        unique=False,
    )
    op.create_table(
        "pv_element_instance",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("element_name", sa.Text(), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("scope_key", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_key"],
            ["pv_definition.key"],
            name=op.f("fk_pv_element_instance_definition_key"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_element_instance_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_element_instance")),
    )
    op.create_index(
        "ix_pv_element_instance_definition",
        "pv_element_instance",
        ["definition_key", "element_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pv_element_instance_instance_key"),
        "pv_element_instance",
        ["instance_key"],
        unique=False,
    )


def downgrade() -> None:
    for table in (
        "pv_element_instance",
        "pv_decision_instance",
        "pv_correlation",
        "pv_instance",
        "pv_decision",
        "pv_form",
        "pv_definition",
        "pv_decision_requirements",
        "pv_resource",
        "pv_message",
        "pv_key_block",
        "pv_idempotency",
        "pv_deployment",
        "pv_audience",
    ):
        op.drop_table(table)
