"""Tables of customers and what stands beside them."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT, made, to


def create() -> None:
    """Create them."""
    op.create_table(
        "crm_business_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_business_calendar")),
        sa.UniqueConstraint("name", name=op.f("uq_crm_business_calendar_name")),
    )
    op.create_table(
        "crm_consent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_consent_text")),
        sa.UniqueConstraint(
            "name", "version", "language", name=op.f("uq_crm_consent_text_name_version_language")
        ),
    )
    op.create_table(
        "crm_customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=True),
        sa.Column("lifecycle_stage", sa.String(), nullable=False),
        sa.Column("relationship_since", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("deputy", sa.String(), nullable=True),
        sa.Column("sponsor", sa.String(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("deceased", sa.Boolean(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("intensive_care_until", INSTANT, nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *made(),
        sa.CheckConstraint(
            "kind IN ('person', 'company', 'household')", name=op.f("ck_crm_customer_kind")
        ),
        sa.CheckConstraint(
            "lifecycle_stage IN ('provisional', 'prospect', 'active', 'lapsed', 'lost')",
            name=op.f("ck_crm_customer_lifecycle_stage"),
        ),
        to("crm_customer", "merged_into_id", "crm_customer"),
        to("crm_customer", "parent_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_customer")),
    )
    op.create_table(
        "crm_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("price_rule", sa.String(), nullable=False),
        sa.Column("discount", sa.Double(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("eligibility", sa.String(), nullable=True),
        sa.Column("relevance", sa.JSON(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *made(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_offer")),
        sa.UniqueConstraint("name", name=op.f("uq_crm_offer_name")),
    )
    op.create_table(
        "crm_policy_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("default", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *made(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_policy_value")),
        sa.UniqueConstraint("key", name=op.f("uq_crm_policy_value_key")),
    )
    op.create_table(
        "crm_product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("repeatable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_product")),
        sa.UniqueConstraint("sku", name=op.f("uq_crm_product_sku")),
    )
    op.create_table(
        "crm_segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *made(),
        sa.CheckConstraint(
            "kind IN ('rfm', 'value', 'need', 'manual')", name=op.f("ck_crm_segment_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_segment")),
        sa.UniqueConstraint("name", name=op.f("uq_crm_segment_name")),
    )
    op.create_table(
        "crm_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("reaction_score", sa.Double(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *made(),
        sa.CheckConstraint(
            "channel IN ('email', 'phone', 'sms', 'post', 'portal', 'chat', 'social', 'visit')",
            name=op.f("ck_crm_template_channel"),
        ),
        sa.CheckConstraint(
            "purpose IN ('service_essential', 'service_recovery', "
            "'service_response', 'survey', 'relationship', 'marketing')",
            name=op.f("ck_crm_template_purpose"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_template")),
        sa.UniqueConstraint(
            "name",
            "channel",
            "language",
            "edition",
            name=op.f("uq_crm_template_name_channel_language_edition"),
        ),
    )
    op.create_table(
        "crm_calendar_interval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6", name=op.f("ck_crm_calendar_interval_weekday")
        ),
        to("crm_calendar_interval", "calendar_id", "crm_business_calendar"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_calendar_interval")),
    )
    op.create_index(
        op.f("ix_crm_calendar_interval_calendar_id"),
        "crm_calendar_interval",
        ["calendar_id"],
        unique=False,
    )

    op.create_table(
        "crm_contact_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("verified_at", INSTANT, nullable=True),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("bounced_at", INSTANT, nullable=True),
        *made(),
        sa.CheckConstraint(
            "channel IN ('email', 'phone', 'sms', 'post', 'portal', 'chat', 'social', 'visit')",
            name=op.f("ck_crm_contact_point_channel"),
        ),
        to("crm_contact_point", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_contact_point")),
        sa.UniqueConstraint(
            "customer_id",
            "channel",
            "value",
            name=op.f("uq_crm_contact_point_customer_id_channel_value"),
        ),
    )
    op.create_index(
        op.f("ix_crm_contact_point_channel_value"),
        "crm_contact_point",
        ["channel", "value"],
        unique=False,
    )

    op.create_table(
        "crm_holiday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        to("crm_holiday", "calendar_id", "crm_business_calendar"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_holiday")),
        sa.UniqueConstraint("calendar_id", "day", name=op.f("uq_crm_holiday_calendar_id_day")),
    )
    op.create_table(
        "crm_identifier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        to("crm_identifier", "customer_id", "crm_customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_identifier")),
        sa.UniqueConstraint(
            "system", "external_id", name=op.f("uq_crm_identifier_system_external_id")
        ),
    )
    op.create_index(
        op.f("ix_crm_identifier_customer_id"), "crm_identifier", ["customer_id"], unique=False
    )

    op.create_table(
        "crm_segment_member",
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        to("crm_segment_member", "customer_id", "crm_customer"),
        to("crm_segment_member", "segment_id", "crm_segment"),
        sa.PrimaryKeyConstraint("segment_id", "customer_id", name=op.f("pk_crm_segment_member")),
    )
