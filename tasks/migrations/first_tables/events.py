"""Tables of events and what stands beside them."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT, index, keyed, made, to


def create() -> None:
    """Create them."""
    op.create_index(
        op.f("ix_crm_contact_campaign_id_decision"),
        "crm_contact",
        ["campaign_id", "decision"],
        unique=False,
    )
    op.create_index(
        op.f("ix_crm_contact_customer_id_decision_decided_at"),
        "crm_contact",
        ["customer_id", "decision", "decided_at"],
        unique=False,
    )

    op.create_table(
        "crm_transaction_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        to("crm_transaction_line", "product_id", "crm_product"),
        to("crm_transaction_line", "transaction_id", "crm_transaction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_transaction_line")),
    )
    op.create_index(
        op.f("ix_crm_transaction_line_transaction_id"),
        "crm_transaction_line",
        ["transaction_id"],
        unique=False,
    )

    op.create_table(
        "crm_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        *made(),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed')", name=op.f("ck_crm_message_state")
        ),
        sa.CheckConstraint(
            "transport IN ('outbox', 'smtp', 'webhook')", name=op.f("ck_crm_message_transport")
        ),
        to("crm_message", "contact_id", "crm_contact"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_message")),
        sa.UniqueConstraint("key", name=op.f("uq_crm_message_key")),
    )
    op.create_index(op.f("ix_crm_message_contact_id"), "crm_message", ["contact_id"], unique=False)
    op.create_index(
        op.f("ix_crm_message_state_created_at"),
        "crm_message",
        ["state", "created_at"],
        unique=False,
    )

    op.create_table(
        "crm_customer_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("r", sa.Integer(), nullable=False),
        sa.Column("f", sa.Integer(), nullable=False),
        sa.Column("m", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("margin_12m", sa.BigInteger(), nullable=False),
        to("crm_customer_score", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_customer_score")),
    )
    index("crm_customer_score", "customer_id", "id")
    op.create_table(
        "crm_interaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=True),
        *made(),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_crm_interaction_direction")),
        sa.CheckConstraint(
            "channel IN ('email', 'phone', 'sms', 'post', 'portal', 'chat', 'social', 'visit')",
            name=op.f("ck_crm_interaction_channel"),
        ),
        to("crm_interaction", "customer_id", "crm_customer"),
        to("crm_interaction", "case_id", "crm_case"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_interaction")),
        sa.UniqueConstraint(
            "source", "external_id", name=op.f("uq_crm_interaction_source_external_id")
        ),
    )
    index("crm_interaction", "customer_id", "at")
    index("crm_interaction", "case_id")
    op.create_table(
        "crm_event_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        *keyed(),
        *made(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_event_source")),
        sa.UniqueConstraint("name", name=op.f("uq_crm_event_source_name")),
    )
    op.create_table(
        "crm_webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("stopped_reason", sa.String(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        *keyed(),
        *made(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_webhook")),
    )
    op.create_table(
        "crm_outgoing_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_outgoing_event")),
        sa.UniqueConstraint("key", name=op.f("uq_crm_outgoing_event_key")),
    )
    index("crm_outgoing_event", "type")
    index("crm_outgoing_event", "at")
    op.create_table(
        "crm_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'dead')", name=op.f("ck_crm_delivery_state")
        ),
        to("crm_delivery", "event_id", "crm_outgoing_event"),
        to("crm_delivery", "webhook_id", "crm_webhook"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_delivery")),
        sa.UniqueConstraint(
            "event_id", "webhook_id", name=op.f("uq_crm_delivery_event_id_webhook_id")
        ),
    )
    index("crm_delivery", "state", "next_at")
    index("crm_delivery", "webhook_id", "state")
    op.create_table(
        "crm_delivery_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        to("crm_delivery_attempt", "delivery_id", "crm_delivery"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_delivery_attempt")),
    )
    index("crm_delivery_attempt", "delivery_id")
    op.create_index(
        "ix_crm_event_untold",
        "crm_event",
        ["received_at"],
        sqlite_where=sa.text("published = 0"),
        postgresql_where=sa.text("NOT published"),
    )
    op.create_table(
        "crm_salt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_salt")),
    )
    op.create_table(
        "crm_forgotten",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("no_contact", sa.Boolean(), nullable=False),
        to("crm_forgotten", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_forgotten")),
    )
    index("crm_forgotten", "fingerprint")
