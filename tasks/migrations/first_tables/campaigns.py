"""Tables of campaigns and what stands beside them."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT, made, to


def create() -> None:
    """Create them."""
    op.create_index(
        op.f("ix_crm_segment_member_customer_id"),
        "crm_segment_member",
        ["customer_id"],
        unique=False,
    )

    op.create_table(
        "crm_team_calendar",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        to("crm_team_calendar", "calendar_id", "crm_business_calendar"),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_crm_team_calendar")),
    )
    op.create_table(
        "crm_campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("objective", sa.String(), nullable=False),
        sa.Column("hypothesis", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("margin_per_response", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("expected_response", sa.Double(), nullable=False),
        sa.Column("control_share", sa.Double(), nullable=False),
        sa.Column("success_measure", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("template_name", sa.String(), nullable=False),
        sa.Column("response_window_days", sa.Integer(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("paused_reason", sa.String(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("lesson", sa.String(), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *made(),
        sa.CheckConstraint(
            "objective IN ('acquire', 'retain', 'develop', 'win_back', 'inform')",
            name=op.f("ck_crm_campaign_objective"),
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'running', 'paused', 'measured', 'stopped')",
            name=op.f("ck_crm_campaign_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_campaign")),
    )
    op.create_index(
        op.f("ix_crm_campaign_instance_key"), "crm_campaign", ["instance_key"], unique=False
    )

    op.create_table(
        "crm_campaign_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=True),
        sa.Column("response_at", INSTANT, nullable=True),
        sa.Column("revenue", sa.BigInteger(), nullable=False),
        sa.Column("margin", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("arm IN ('treat', 'control')", name=op.f("ck_crm_campaign_member_arm")),
        sa.CheckConstraint(
            "state IN ('planned', 'released', 'sent', 'deferred', 'blocked', "
            "'skipped', 'bounced', 'clicked', 'opted_out', 'responded')",
            name=op.f("ck_crm_campaign_member_state"),
        ),
        to("crm_campaign_member", "campaign_id", "crm_campaign"),
        to("crm_campaign_member", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_campaign_member")),
        sa.UniqueConstraint(
            "campaign_id",
            "customer_id",
            name=op.f("uq_crm_campaign_member_campaign_id_customer_id"),
        ),
    )
    op.create_index(
        op.f("ix_crm_campaign_member_campaign_id_arm_state"),
        "crm_campaign_member",
        ["campaign_id", "arm", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_crm_campaign_member_customer_id"),
        "crm_campaign_member",
        ["customer_id"],
        unique=False,
    )

    op.create_table(
        "crm_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("order_no", sa.String(), nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *made(),
        sa.CheckConstraint(
            "kind IN ('complaint', 'question', 'request', 'risk', 'care')",
            name=op.f("ck_crm_case_kind"),
        ),
        sa.CheckConstraint(
            "severity IN ('low', 'medium', 'high', 'critical')", name=op.f("ck_crm_case_severity")
        ),
        sa.CheckConstraint("state IN ('open', 'solved', 'closed')", name=op.f("ck_crm_case_state")),
        to("crm_case", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_case")),
        sa.UniqueConstraint("number", name=op.f("uq_crm_case_number")),
    )
    op.create_index(
        op.f("ix_crm_case_customer_id_kind_state"),
        "crm_case",
        ["customer_id", "kind", "state"],
        unique=False,
    )

    op.create_table(
        "crm_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "channel IN ('email', 'phone', 'sms', 'post', 'portal', 'chat', 'social', 'visit')",
            name=op.f("ck_crm_consent_channel"),
        ),
        sa.CheckConstraint(
            "purpose IN ('service_essential', 'service_recovery', "
            "'service_response', 'survey', 'relationship', 'marketing')",
            name=op.f("ck_crm_consent_purpose"),
        ),
        sa.CheckConstraint("state IN ('allowed', 'denied')", name=op.f("ck_crm_consent_state")),
        to("crm_consent", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_consent")),
    )
    op.create_index(
        op.f("ix_crm_consent_customer_id_purpose_channel_at"),
        "crm_consent",
        ["customer_id", "purpose", "channel", "at"],
        unique=False,
    )

    op.create_table(
        "crm_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        to("crm_event", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_event")),
        sa.UniqueConstraint("source", "event_id", name=op.f("uq_crm_event_source_event_id")),
    )
    op.create_index(
        op.f("ix_crm_event_customer_id_occurred_at"),
        "crm_event",
        ["customer_id", "occurred_at"],
        unique=False,
    )

    op.create_table(
        "crm_preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("preferred_channel", sa.String(), nullable=True),
        sa.Column("best_times", sa.JSON(), nullable=False),
        sa.Column("max_per_30d", sa.Integer(), nullable=True),
        sa.Column("never_topics", sa.JSON(), nullable=False),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *made(),
        to("crm_preference", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_preference")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_crm_preference_customer_id")),
    )
    op.create_table(
        "crm_transaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("margin", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("promised_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("returned_at", INSTANT, nullable=True),
        sa.Column("return_reason", sa.String(), nullable=True),
        *made(),
        to("crm_transaction", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_transaction")),
        sa.UniqueConstraint("order_no", name=op.f("uq_crm_transaction_order_no")),
    )
    op.create_index(op.f("ix_crm_transaction_at"), "crm_transaction", ["at"], unique=False)
    op.create_index(
        op.f("ix_crm_transaction_customer_id_at"),
        "crm_transaction",
        ["customer_id", "at"],
        unique=False,
    )

    op.create_table(
        "crm_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gate_key", sa.String(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("template_name", sa.String(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("relevance", sa.Double(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT, nullable=True),
        sa.Column("deferrals", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("failed_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("clicked_at", INSTANT, nullable=True),
        sa.Column("replied_at", INSTANT, nullable=True),
        sa.Column("bounced_at", INSTANT, nullable=True),
        sa.Column("opted_out_at", INSTANT, nullable=True),
        sa.Column("spam_at", INSTANT, nullable=True),
        *made(),
        sa.CheckConstraint(
            "decision IN ('send', 'defer', 'block', 'skip')", name=op.f("ck_crm_contact_decision")
        ),
        sa.CheckConstraint(
            "purpose IN ('service_essential', 'service_recovery', "
            "'service_response', 'survey', 'relationship', 'marketing')",
            name=op.f("ck_crm_contact_purpose"),
        ),
        to("crm_contact", "campaign_id", "crm_campaign"),
        to("crm_contact", "case_id", "crm_case"),
        to("crm_contact", "customer_id", "crm_customer"),
        to("crm_contact", "template_id", "crm_template"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_contact")),
        sa.UniqueConstraint("gate_key", name=op.f("uq_crm_contact_gate_key")),
    )
