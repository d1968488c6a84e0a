"""The first tables of what runs, what it waits for, and what happened."""

import sqlalchemy as sa
from alembic import op

from engine.migrations.first_columns import index, key, reference
from engine.store.types import JsonText, JsonValue, UtcDateTime


def create() -> None:
    """Create them."""
    op.create_table(
        "pv_instance",
        key(),
        reference("definition_key", "pv_definition"),
        sa.Column("process_id", sa.String(255), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("checksum", sa.String(16), nullable=False),
        sa.Column("flows", JsonText, nullable=False),
        sa.Column("incidents", sa.Integer, nullable=False),
        sa.Column("business_key", sa.String(255)),
        sa.Column("correlation_key", sa.Text),
        sa.Column("tags", JsonText, nullable=False),
        sa.Column("parent_instance_key", sa.BigInteger),
        sa.Column("parent_element_instance_key", sa.BigInteger),
        sa.Column("parent_wait_key", sa.BigInteger),
        sa.Column("root_instance_key", sa.BigInteger, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("started_by", sa.String(255), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("suspended_at", UtcDateTime),
        sa.Column("history_seq", sa.Integer, nullable=False),
        sa.Column("history_hash", sa.String(64), nullable=False),
    )
    index("pv_instance", "ix_pv_instance_business_key", "business_key process_id")
    index(
        "pv_instance",
        "ix_pv_instance_correlation",
        "process_id correlation_key",
        where="ended_at IS NULL AND correlation_key IS NOT NULL",
    )
    index("pv_instance", "ix_pv_instance_definition_key", "definition_key")
    index(
        "pv_instance",
        "ix_pv_instance_over",
        "ended_at",
        where="ended_at IS NOT NULL AND parent_instance_key IS NULL",
    )
    index("pv_instance", "ix_pv_instance_parent_instance_key", "parent_instance_key")
    index("pv_instance", "ix_pv_instance_process_id_key", "process_id key")
    index("pv_instance", "ix_pv_instance_state_key", "state key")
    op.create_table(
        "pv_correlation",
        sa.Column("message_key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("subscription_key", sa.BigInteger, primary_key=True, autoincrement=False),
        reference("instance_key", "pv_instance", cascade=True),
        reference("definition_key", "pv_definition"),
        sa.Column("process_id", sa.String(255), nullable=False),
        sa.Column("element_id", sa.String(255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("correlation_key", sa.Text, nullable=False),
        sa.Column("correlated_at", UtcDateTime, nullable=False),
    )
    index("pv_correlation", "ix_pv_correlation_instance_key", "instance_key")
    op.create_table(
        "pv_decision_instance",
        key(),
        reference("instance_key", "pv_instance", cascade=True, nullable=True),
        sa.Column("definition_key", sa.BigInteger),
        sa.Column("process_id", sa.String(255)),
        sa.Column("element_id", sa.String(255)),
        sa.Column("element_instance_key", sa.BigInteger),
        sa.Column("decision_key", sa.BigInteger, nullable=False),
        sa.Column("decision_id", sa.String(255), nullable=False),
        sa.Column("inputs", JsonText, nullable=False),
        sa.Column("output", JsonValue, nullable=False),
        sa.Column("evaluated", JsonText, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("evaluated_at", UtcDateTime, nullable=False),
        sa.Column("evaluated_by", sa.String(255), nullable=False),
    )
    index("pv_decision_instance", "ix_pv_decision_instance_decision_key", "decision_key")
    index("pv_decision_instance", "ix_pv_decision_instance_definition_key", "definition_key")
    index("pv_decision_instance", "ix_pv_decision_instance_instance_key", "instance_key")
    op.create_table(
        "pv_element_instance",
        key(),
        reference("instance_key", "pv_instance", cascade=True),
        reference("definition_key", "pv_definition"),
        sa.Column("element_id", sa.String(255), nullable=False),
        sa.Column("element_name", sa.Text),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("scope_key", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
    )
    index(
        "pv_element_instance",
        "ix_pv_element_instance_definition",
        "definition_key element_id state",
    )
    index("pv_element_instance", "ix_pv_element_instance_instance_key", "instance_key")
    op.create_table(
        "pv_history",
        reference("instance_key", "pv_instance", cascade=True, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("command", sa.String(64), nullable=False),
        sa.Column("entries", JsonText, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("payload_digest", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    index("pv_history", "ix_pv_history_at", "at")
    op.create_table(
        "pv_incident",
        key(),
        reference("instance_key", "pv_instance", cascade=True),
        reference("definition_key", "pv_definition"),
        sa.Column("process_id", sa.String(255), nullable=False),
        sa.Column("element_id", sa.String(255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger, nullable=False),
        sa.Column("job_key", sa.BigInteger),
        sa.Column("error_type", sa.String(40), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("data", JsonText, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("resolved_at", UtcDateTime),
        sa.Column("resolved_by", sa.String(255)),
    )
    index("pv_incident", "ix_pv_incident_active", "key", where="state = 'ACTIVE'")
    index("pv_incident", "ix_pv_incident_definition", "definition_key element_id state")
    index("pv_incident", "ix_pv_incident_instance_key", "instance_key")
    index("pv_incident", "ix_pv_incident_job_key", "job_key")
    op.create_table(
        "pv_job",
        key(),
        reference("instance_key", "pv_instance", cascade=True),
        reference("definition_key", "pv_definition"),
        sa.Column("process_id", sa.String(255), nullable=False),
        sa.Column("element_id", sa.String(255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger, nullable=False),
        sa.Column("type", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("listener_event", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("installed", sa.Boolean, nullable=False),
        sa.Column("retries", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("starts", sa.Integer, nullable=False),
        sa.Column("headers", JsonText, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("worker", sa.String(255), nullable=False),
        sa.Column("available_at", UtcDateTime, nullable=False),
        sa.Column("deadline", UtcDateTime),
        sa.Column("error_code", sa.String(255)),
        sa.Column("error_message", sa.Text),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
    )
    index("pv_job", "ix_pv_job_activation", "type rank key", where="open AND retries > 0")
    index(
        "pv_job", "ix_pv_job_installed", "available_at", where="open AND installed AND retries > 0"
    )
    index("pv_job", "ix_pv_job_instance_key", "instance_key")
    op.create_table(
        "pv_state_part",
        reference("instance_key", "pv_instance", cascade=True, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("checksum", sa.String(16), nullable=False),
    )
    op.create_table(
        "pv_subscription",
        key(),
        reference("instance_key", "pv_instance", cascade=True, nullable=True),
        reference("definition_key", "pv_definition"),
        sa.Column("process_id", sa.String(255), nullable=False),
        sa.Column("element_id", sa.String(255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("start", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("correlation_key", sa.Text, nullable=False),
        sa.Column("data", JsonText, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    index("pv_subscription", "ix_pv_subscription_definition_key", "definition_key")
    index("pv_subscription", "ix_pv_subscription_instance_key", "instance_key")
    index(
        "pv_subscription",
        "ix_pv_subscription_waiting",
        "name correlation_key kind",
        where="state = 'CREATED'",
    )
    op.create_table(
        "pv_timer",
        key(),
        reference("instance_key", "pv_instance", cascade=True, nullable=True),
        reference("definition_key", "pv_definition"),
        sa.Column("process_id", sa.String(255), nullable=False),
        sa.Column("element_id", sa.String(255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("repetitions", sa.Integer, nullable=False),
        sa.Column("interval", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    index("pv_timer", "ix_pv_timer_definition_key", "definition_key")
    index("pv_timer", "ix_pv_timer_due_at", "due_at")
    index("pv_timer", "ix_pv_timer_instance_key", "instance_key")
    op.create_table(
        "pv_user_task",
        key(),
        reference("instance_key", "pv_instance", cascade=True),
        reference("definition_key", "pv_definition"),
        sa.Column("process_id", sa.String(255), nullable=False),
        sa.Column("element_id", sa.String(255), nullable=False),
        sa.Column("element_instance_key", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("assignee", sa.String(255)),
        sa.Column("owner", sa.String(255)),
        sa.Column("candidate_groups", JsonText, nullable=False),
        sa.Column("candidate_users", JsonText, nullable=False),
        sa.Column("audience", sa.String(64), nullable=False),
        sa.Column("due_at", UtcDateTime),
        sa.Column("follow_up_at", UtcDateTime),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("due_order", UtcDateTime, nullable=False),
        sa.Column("form_key", sa.BigInteger),
        sa.Column("form", JsonText),
        sa.Column("external_form", sa.Text),
        sa.Column("headers", JsonText, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("ended_by", sa.String(255)),
    )
    index(
        "pv_user_task",
        "ix_pv_user_task_claimable",
        "audience rank due_order key",
        where="state = 'CREATED' AND assignee IS NULL",
    )
    index(
        "pv_user_task",
        "ix_pv_user_task_claimable_due",
        "audience due_at",
        where="state = 'CREATED' AND assignee IS NULL AND due_at IS NOT NULL",
    )
    index("pv_user_task", "ix_pv_user_task_definition_key", "definition_key")
    index("pv_user_task", "ix_pv_user_task_done", "ended_by ended_at")
    index("pv_user_task", "ix_pv_user_task_instance_key", "instance_key")
    index(
        "pv_user_task",
        "ix_pv_user_task_mine",
        "assignee rank due_order key",
        where="state = 'CREATED'",
    )
    index(
        "pv_user_task",
        "ix_pv_user_task_mine_due",
        "assignee due_at",
        where="state = 'CREATED' AND due_at IS NOT NULL",
    )
    index("pv_user_task", "ix_pv_user_task_overdue", "due_at key", where="state = 'CREATED'")
    op.create_table(
        "pv_variable",
        key(),
        reference("instance_key", "pv_instance", cascade=True),
        sa.Column("scope_key", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("value", JsonValue, nullable=False),
        sa.UniqueConstraint("scope_key", "name"),
    )
    index("pv_variable", "ix_pv_variable_instance_key", "instance_key")
    index("pv_variable", "ix_pv_variable_name", "name instance_key")
