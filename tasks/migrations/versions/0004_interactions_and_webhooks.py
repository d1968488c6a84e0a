"""Interactions, webhooks in both directions, and how deliveries went."""

import sqlalchemy as sa
from alembic import op

revision = "crm0004"
down_revision = "crm0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLES = (
    "crm_delivery_attempt", "crm_delivery", "crm_outgoing_event", "crm_webhook",
    "crm_event_source", "crm_interaction",
)  # fmt: skip


def upgrade() -> None:
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
        *_made(),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_crm_interaction_direction")),
        sa.CheckConstraint(
            "channel IN ('email', 'phone', 'sms', 'post', 'portal', 'chat', 'social', 'visit')",
            name=op.f("ck_crm_interaction_channel"),
        ),
        _to("crm_interaction", "customer_id", "crm_customer"),
        _to("crm_interaction", "case_id", "crm_case"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_interaction")),
        sa.UniqueConstraint(
            "source", "external_id", name=op.f("uq_crm_interaction_source_external_id")
        ),
    )
    _index("crm_interaction", "customer_id", "at")
    _index("crm_interaction", "case_id")
    op.create_table(
        "crm_event_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        *_keyed(),
        *_made(),
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
        *_keyed(),
        *_made(),
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
    _index("crm_outgoing_event", "type")
    _index("crm_outgoing_event", "at")
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
        _to("crm_delivery", "event_id", "crm_outgoing_event"),
        _to("crm_delivery", "webhook_id", "crm_webhook"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_delivery")),
        sa.UniqueConstraint(
            "event_id", "webhook_id", name=op.f("uq_crm_delivery_event_id_webhook_id")
        ),
    )
    _index("crm_delivery", "state", "next_at")
    _index("crm_delivery", "webhook_id", "state")
    op.create_table(
        "crm_delivery_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        _to("crm_delivery_attempt", "delivery_id", "crm_delivery"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_delivery_attempt")),
    )
    _index("crm_delivery_attempt", "delivery_id")
    op.create_index(
        "ix_crm_event_untold",
        "crm_event",
        ["received_at"],
        sqlite_where=sa.text("published = 0"),
        postgresql_where=sa.text("NOT published"),
    )


def downgrade() -> None:
    op.drop_index("ix_crm_event_untold", "crm_event")
    for table in TABLES:
        op.drop_table(table)


def _made() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
    ]


def _keyed() -> list[sa.Column[object]]:
    return [
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("old_secret", sa.String(), nullable=True),
        sa.Column("old_until", INSTANT, nullable=True),
    ]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
