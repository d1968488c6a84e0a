"""Cases with a clock of the law: requests about personal data, data incidents."""

from alembic import op

revision = "crm_cases_by_law"
down_revision = "crm_score_cuts"
branch_labels = None
depends_on = None

KINDS = (
    "complaint",
    "question",
    "request",
    "risk",
    "care",
    "privacy_request",
    "data_incident",
)


def upgrade() -> None:
    allowed = ", ".join(f"'{kind}'" for kind in KINDS)
    with op.batch_alter_table("crm_case") as batch:
        batch.drop_constraint(op.f("ck_crm_case_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_crm_case_kind"), f"kind IN ({allowed})")
