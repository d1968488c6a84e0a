"""The first tables of what is deployed, and of what belongs to no instance."""

import sqlalchemy as sa
from alembic import op

from engine.migrations.first_columns import index, key, reference
from engine.store.types import JsonText, JsonValue, UtcDateTime


def create() -> None:
    """Create them."""
    op.create_table(
        "pv_audience",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("member", sa.String(300), primary_key=True),
    )
    index("pv_audience", "ix_pv_audience_member", "member")
    op.create_table(
        "pv_batch",
        key(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("plan", JsonText, nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("completed", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("touched_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
    )
    index("pv_batch", "ix_pv_batch_state", "state touched_at")
    op.create_table(
        "pv_cluster_variable",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("value", JsonValue, nullable=False),
        sa.Column("metadata", JsonText, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("changed_by", sa.String(255), nullable=False),
    )
    op.create_table(
        "pv_deployment",
        key(),
        sa.Column("deployed_at", UtcDateTime, nullable=False),
        sa.Column("deployed_by", sa.String(255), nullable=False),
        sa.Column("contents", JsonText, nullable=False),
    )
    op.create_table(
        "pv_idempotency",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("actor", sa.String(255), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("answer", JsonText),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    index("pv_idempotency", "ix_pv_idempotency_created_at", "created_at")
    op.create_table(
        "pv_key_block",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("next", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "pv_message",
        key(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("correlation_key", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("variables", JsonText, nullable=False),
        sa.Column("published_at", UtcDateTime, nullable=False),
        sa.Column("published_by", sa.String(255), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
    )
    index("pv_message", "ix_pv_message_buffered", "name correlation_key key")
    index("pv_message", "ix_pv_message_expires_at", "expires_at")
    index(
        "pv_message",
        "uq_pv_message_id",
        "name correlation_key message_id",
        unique=True,
        where="message_id IS NOT NULL",
    )
    op.create_table(
        "pv_batch_item",
        reference("batch_key", "pv_batch", cascade=True, primary_key=True),
        sa.Column("item_key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("instance_key", sa.BigInteger, nullable=False),
        sa.Column("root_instance_key", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("processed_at", UtcDateTime),
        sa.Column("error", sa.Text),
    )
    index("pv_batch_item", "ix_pv_batch_item_instance_key", "instance_key")
    index("pv_batch_item", "ix_pv_batch_item_state", "batch_key state item_key")
    op.create_table(
        "pv_resource",
        key(),
        reference("deployment_key", "pv_deployment"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    index("pv_resource", "ix_pv_resource_deployment_key", "deployment_key")
    index("pv_resource", "ix_pv_resource_name_version", "name version")
    op.create_table(
        "pv_decision_requirements",
        key(),
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("resource_name", sa.Text, nullable=False),
        reference("resource_key", "pv_resource"),
        reference("deployment_key", "pv_deployment"),
        sa.UniqueConstraint("id", "version"),
    )
    index(
        "pv_decision_requirements", "ix_pv_decision_requirements_deployment_key", "deployment_key"
    )
    index("pv_decision_requirements", "ix_pv_decision_requirements_resource_key", "resource_key")
    op.create_table(
        "pv_definition",
        key(),
        sa.Column("process_id", sa.String(255), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("version_tag", sa.String(255)),
        sa.Column("name", sa.Text),
        sa.Column("documentation", sa.Text),
        sa.Column("properties", JsonText, nullable=False),
        sa.Column("start_form", JsonText),
        sa.Column("start_form_key", sa.BigInteger),
        sa.Column("has_none_start", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("resource_name", sa.Text, nullable=False),
        sa.Column("deployed_at", UtcDateTime, nullable=False),
        reference("resource_key", "pv_resource"),
        reference("deployment_key", "pv_deployment"),
        sa.UniqueConstraint("process_id", "version"),
    )
    index("pv_definition", "ix_pv_definition_deployment_key", "deployment_key")
    index("pv_definition", "ix_pv_definition_process_id_version_tag", "process_id version_tag")
    index("pv_definition", "ix_pv_definition_resource_key", "resource_key")
    op.create_table(
        "pv_form",
        key(),
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("version_tag", sa.String(255)),
        sa.Column("schema", JsonText, nullable=False),
        sa.Column("resource_name", sa.Text, nullable=False),
        reference("resource_key", "pv_resource"),
        reference("deployment_key", "pv_deployment"),
        sa.UniqueConstraint("id", "version"),
    )
    index("pv_form", "ix_pv_form_deployment_key", "deployment_key")
    index("pv_form", "ix_pv_form_id_version_tag", "id version_tag")
    index("pv_form", "ix_pv_form_resource_key", "resource_key")
    op.create_table(
        "pv_decision",
        key(),
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("version_tag", sa.String(255)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("requirements_id", sa.String(255), nullable=False),
        reference("requirements_key", "pv_decision_requirements"),
        reference("deployment_key", "pv_deployment"),
        sa.UniqueConstraint("id", "version"),
    )
    index("pv_decision", "ix_pv_decision_deployment_key", "deployment_key")
    index("pv_decision", "ix_pv_decision_id_version_tag", "id version_tag")
    index("pv_decision", "ix_pv_decision_requirements_key", "requirements_key")
