"""The first tables of the engine; what came before revision 0006 is in it."""

from alembic import op

from engine.migrations import first_deployed, first_running

revision = "0006"
down_revision = None
branch_labels = None
depends_on = None


_NAMES = [
    "audience",
    "batch",
    "cluster_variable",
    "deployment",
    "idempotency",
    "key_block",
    "message",
    "batch_item",
    "resource",
    "decision_requirements",
    "definition",
    "form",
    "decision",
    "instance",
    "correlation",
    "decision_instance",
    "element_instance",
    "history",
    "incident",
    "job",
    "state_part",
    "subscription",
    "timer",
    "user_task",
    "variable",
]


def upgrade() -> None:
    first_deployed.create()
    first_running.create()
    op.execute("INSERT INTO pv_key_block (id, next) VALUES (1, 2251799813685249)")


def downgrade() -> None:
    for name in reversed(_NAMES):
        op.drop_table(f"pv_{name}")
