"""Bases of a permission beside a consent, per market, objections, and reminders."""

import sqlalchemy as sa
from alembic import op

from engine.text.phones import region_of_zone
from tasks.migrations.tables import create, index, instant, one_of, text, to, unique

revision = "crm_permissions"
down_revision = "crm_cases_by_law"
branch_labels = None
depends_on = None

KINDS = ("person", "company", "household")
CHANNELS = ("email", "phone", "sms", "post", "portal", "chat", "social", "visit")
PURPOSES = (
    "service_essential",
    "case_handling",
    "service_recovery",
    "service_response",
    "survey",
    "relationship",
    "marketing",
)


def upgrade() -> None:
    _tables()
    for name in ("country", "basis"):
        table = {"country": "crm_customer", "basis": "crm_contact"}[name]
        op.add_column(table, sa.Column(name, sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("crm_contact") as contact:
        contact.add_column(sa.Column("reminder_of", sa.Integer(), nullable=True))
        contact.create_foreign_key(
            op.f("fk_crm_contact_reminder_of"), "crm_contact", ["reminder_of"], ["id"]
        )
    op.create_index(op.f("ix_crm_contact_reminder_of"), "crm_contact", ["reminder_of"])
    _countries()


def _tables() -> None:
    op.create_table(
        "crm_market",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_market")),
        sa.UniqueConstraint("country", name=op.f("uq_crm_market_country")),
    )
    create(
        "crm_permission_rule",
        text("market"),
        text("kind"),
        text("channel"),
        text("purpose"),
        text("basis"),
        one_of("kind", *KINDS),
        one_of("channel", *CHANNELS),
        one_of("purpose", *PURPOSES),
        one_of(
            "basis", "legal_duty", "contract", "legitimate_interest", "soft_opt_in", "asked_once"
        ),
        unique("market", "kind", "channel", "purpose", "basis"),
    )
    create(
        "crm_permission_ground",
        to("customer_id", "crm_customer"),
        text("basis"),
        text("channel"),
        text("purpose"),
        text("matter"),
        text("evidence"),
        instant("at"),
        instant("until", empty=True),
        one_of("channel", *CHANNELS),
        one_of("purpose", *PURPOSES),
        one_of("basis", "soft_opt_in", "legitimate_interest", "asked_once"),
        index("customer_id", "purpose", "channel"),
        edited=False,
    )
    create(
        "crm_objection",
        to("customer_id", "crm_customer"),
        text("against"),
        text("state"),
        text("source"),
        text("evidence"),
        instant("at"),
        one_of("against", "marketing", "scoring"),
        one_of("state", "objected", "withdrawn"),
        index("customer_id", "against", "at"),
        edited=False,
    )


def _countries() -> None:
    """Set the country of whoever lives in a time zone of one country."""
    customer = sa.table("crm_customer", sa.column("timezone"), sa.column("country"))
    bind = op.get_bind()
    for (zone,) in bind.execute(sa.select(customer.c.timezone).distinct()).all():
        country = region_of_zone(zone)
        if country:
            bind.execute(
                sa.update(customer).where(customer.c.timezone == zone).values(country=country)
            )
