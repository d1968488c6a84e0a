"""Remarks that were handed over, quick fixes, and the self-assessment."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT
from tasks.migrations.tables import Part, create, index, instant, text, to, unique, whole

revision = "crm_company"
down_revision = "crm_retention"
branch_labels = None
depends_on = None

KINDS = ("price", "product", "support", "praise", "supplier", "other")


def upgrade() -> None:
    allowed = ", ".join(f"'{kind}'" for kind in KINDS)
    with op.batch_alter_table("crm_insight") as batch:
        batch.drop_constraint(op.f("ck_crm_insight_kind"), type_="check")
        batch.add_column(sa.Column("partner_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("passed_at", INSTANT, nullable=True))
        batch.create_check_constraint(op.f("ck_crm_insight_kind"), f"kind IN ({allowed})")
        batch.create_foreign_key(
            op.f("fk_crm_insight_partner_id"), "crm_partner", ["partner_id"], ["id"]
        )
    create(
        "crm_quick_fix",
        to("cause_id", "crm_cause"),
        text("customer_kind"),
        whole("contacts"),
        text("owner"),
        text("what"),
        instant("done_at"),
        index("cause_id"),
        edited=False,
    )
    create("crm_self_assessment", instant("began_at"), instant("closed_at", empty=True))
    create(
        "crm_assessed_activity",
        to("assessment_id", "crm_self_assessment"),
        text("number"),
        text("name"),
        text("owner"),
        whole("reality"),
        text("reason"),
        whole("intention", empty=True),
        text("remark"),
        _level("reality"),
        _level("intention"),
        unique("assessment_id", "number"),
    )


def _level(name: str) -> Part:
    rule = f"{name} BETWEEN 0 AND 3"
    return Part(lambda table: [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))])
