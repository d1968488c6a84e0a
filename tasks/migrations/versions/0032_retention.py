"""For how long records about people are kept, and what each night did about it."""

from tasks.migrations.tables import create, index, instant, one_of, text, unique, whole

revision = "crm_retention"
down_revision = "crm_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "crm_retention_rule",
        text("record"),
        text("purpose"),
        text("basis"),
        whole("months", empty=True),
        text("ending"),
        one_of("ending", "erase", "blank", "keep"),
        unique("record"),
    )
    create(
        "crm_retention_run",
        text("record"),
        text("ending"),
        whole("rows"),
        instant("at"),
        index("at"),
        edited=False,
    )
