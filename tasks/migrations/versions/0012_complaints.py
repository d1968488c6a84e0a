"""Complaints: what a case says of severity, clock and closing; causes, decisions and answers.

Also the purpose `case_handling`, and contacts about a case of somebody who is no customer.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT, index, made, to

revision = "crm_complaints"
down_revision = "crm0011"
branch_labels = None
depends_on = None

PURPOSES = (
    "service_essential",
    "case_handling",
    "service_recovery",
    "service_response",
    "survey",
    "relationship",
    "marketing",
)
CATEGORIES = (
    "delivery",
    "product",
    "invoice",
    "service",
    "person",
    "contact",
    "data",
    "other",
)


def upgrade() -> None:
    _purposes()
    _causes()
    _cases()
    _about_cases()


def _purposes() -> None:
    for table in ("crm_consent", "crm_contact", "crm_template"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_purpose"), type_="check")
            batch.create_check_constraint(
                op.f(f"ck_{table}_purpose"), _one_of("purpose", *PURPOSES)
            )
            if table == "crm_contact":
                batch.alter_column("customer_id", existing_type=sa.Integer(), nullable=True)


def _causes() -> None:
    op.create_table(
        "crm_cause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *made(),
        _check("crm_cause", "category", *CATEGORIES),
        to("crm_cause", "parent_id", "crm_cause"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_cause")),
        sa.UniqueConstraint("name", name=op.f("uq_crm_cause_name")),
    )


def _cases() -> None:
    with op.batch_alter_table("crm_case") as batch:
        batch.drop_constraint(op.f("ck_crm_case_severity"), type_="check")
        for column in _new_columns():
            batch.add_column(column)
        for key, other in (
            ("joined_id", "crm_case"),
            ("repeat_of_id", "crm_case"),
            ("cause_id", "crm_cause"),
        ):
            batch.create_foreign_key(op.f(f"fk_crm_case_{key}"), other, [key], ["id"])
    op.execute("UPDATE crm_case SET severity = 'normal' WHERE severity = 'medium'")
    words = {
        "severity": ("low", "normal", "high", "critical"),
        "category": CATEGORIES,
        "alarm": ("none", "harm", "law", "data", "authority", "press"),
        "emotion": ("calm", "upset", "furious"),
        "fault": ("yes", "shared", "no", "unknown"),
        "prevention": ("action", "root_cause_analysis", "none_needed"),
        "closed_how": ("confirmed", "unconfirmed", "not_agreed", "settled", "joined", "erased"),
    }
    with op.batch_alter_table("crm_case") as batch:
        for word, allowed in words.items():
            name = op.f(f"ck_crm_case_{word}")
            batch.create_check_constraint(name, _one_of(word, *allowed))
    index("crm_case", "state", "solve_due")


def _new_columns() -> list[sa.Column[Any]]:
    texts = (
        "contact_channel",
        "contact_address",
        "update_every",
        "category",
        "emotion",
        "about_person",
        "owner",
    )
    more = ("fault", "facts", "prevention", "prevention_reason", "closed_how")
    instants = ("acknowledged_at", "first_answer_due", "update_due", "solve_due", "law_due")
    return [
        sa.Column("language", sa.String(), nullable=False, server_default="en"),
        sa.Column("severity_reason", sa.String(), nullable=False, server_default=""),
        sa.Column("alarm", sa.String(), nullable=False, server_default="none"),
        sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()),
        *(sa.Column(name, sa.String(), nullable=True) for name in (*texts, *more)),
        sa.Column("loss", sa.BigInteger(), nullable=True),
        sa.Column("given", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("goodwill", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("level", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"),
        *(sa.Column(name, INSTANT, nullable=True) for name in (*instants, "solved_at")),
        sa.Column("joined_id", sa.Integer(), nullable=True),
        sa.Column("repeat_of_id", sa.Integer(), nullable=True),
        sa.Column("cause_id", sa.Integer(), nullable=True),
    ]


def _about_cases() -> None:
    op.create_table(
        "crm_recurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("cause_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        to("crm_recurrence", "customer_id", "crm_customer"),
        to("crm_recurrence", "cause_id", "crm_cause"),
        to("crm_recurrence", "case_id", "crm_case"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_recurrence")),
        sa.UniqueConstraint("case_id", name=op.f("uq_crm_recurrence_case_id")),
    )
    index("crm_recurrence", "customer_id", "cause_id", "at")
    op.create_table(
        "crm_case_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        *_texts("acknowledge", "decision", "reason", "offer", "alternative"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("goodwill", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("accepted_at", INSTANT, nullable=True),
        *made(),
        _check("crm_case_decision", "decision", "grant", "partly", "refuse", "final"),
        to("crm_case_decision", "case_id", "crm_case"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_case_decision")),
    )
    index("crm_case_decision", "case_id")
    op.create_table(
        "crm_case_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        *_texts("who", "text", "can_prevent"),
        *made(),
        to("crm_case_answer", "case_id", "crm_case"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_case_answer")),
    )
    index("crm_case_answer", "case_id")


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _check(table: str, column: str, *allowed: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(_one_of(column, *allowed), name=op.f(f"ck_{table}_{column}"))


def _one_of(column: str, *allowed: str) -> str:
    words = ", ".join(f"'{word}'" for word in allowed)
    return f"{column} IN ({words})"
