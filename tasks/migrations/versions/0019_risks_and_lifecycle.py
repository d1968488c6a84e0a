"""Risks, intensive care, and the stages of a customer with when and why each began."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.tables import (
    big,
    create,
    index,
    instant,
    json,
    number,
    one_of,
    text,
    to,
    unique,
    whole,
    yes,
)

revision = "crm_risks"
down_revision = "crm_relation_scores"
branch_labels = None
depends_on = None

STAGES = (
    "provisional",
    "prospect",
    "new",
    "known",
    "developed",
    "at_risk",
    "lapsed",
    "regained",
    "lost",
)


def upgrade() -> None:
    _stages()
    create(
        "crm_lifecycle_change",
        to("customer_id", "crm_customer"),
        text("was"),
        text("became"),
        instant("at"),
        text("process"),
        text("why"),
        index("customer_id", "id"),
        edited=False,
    )
    _risks()
    _care()


def _stages() -> None:
    with op.batch_alter_table("crm_customer") as batch:
        batch.drop_constraint(op.f("ck_crm_customer_lifecycle_stage"), type_="check")
    op.execute(
        sa.text(
            "UPDATE crm_customer SET lifecycle_stage = 'known' WHERE lifecycle_stage = 'active'"
        )
    )
    allowed = ", ".join(f"'{stage}'" for stage in STAGES)
    with op.batch_alter_table("crm_customer") as batch:
        batch.create_check_constraint(
            op.f("ck_crm_customer_lifecycle_stage"), f"lifecycle_stage IN ({allowed})"
        )


def _risks() -> None:
    create(
        "crm_risk_assessment",
        to("customer_id", "crm_customer"),
        instant("at"),
        whole("points"),
        json("found"),
        number("p_leave"),
        yes("assumed"),
        big("at_stake"),
        big("expected_loss"),
        text("answer", empty=True),
        text("answer_reason"),
        text("leaving", empty=True),
        text("said"),
        text("need"),
        text("outcome_30", empty=True),
        text("outcome_90", empty=True),
        one_of("answer", "care", "head", "recovery_call", "owner_call", "watch", "none"),
        one_of("leaving", "no", "thinking", "decided"),
        one_of("outcome_30", "stayed", "left"),
        one_of("outcome_90", "stayed", "left"),
        index("customer_id", "id"),
        index("at"),
    )
    create("crm_risk_night", instant("looked_until"), edited=False)


def _care() -> None:
    create(
        "crm_care_programme",
        to("customer_id", "crm_customer"),
        text("lead"),
        text("why"),
        instant("began_at"),
        instant("until"),
        yes("extended"),
        text("what_hurt"),
        text("customer_words"),
        json("steps"),
        text("sponsor"),
        big("authority_limit", empty=True),
        instant("ended_at", empty=True),
        text("exit", empty=True),
        text("basis"),
        text("lesson"),
        one_of("exit", "rebuilt", "separated"),
        index("customer_id", "id"),
    )
    create(
        "crm_care_talk",
        to("programme_id", "crm_care_programme"),
        instant("at"),
        json("kept"),
        whole("mood"),
        whole("csat", empty=True),
        text("next"),
        text("job_key"),
        unique("job_key"),
        index("programme_id", "at"),
        edited=False,
    )
