"""Inboxes are searched by any spelling of a task's name and its business key."""

import sqlalchemy as sa
from alembic import op

from engine.text.normal import search_form

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PART = 1_000


def upgrade() -> None:
    op.add_column(
        "pv_user_task", sa.Column("search_text", sa.Text, server_default="", nullable=False)
    )
    task = sa.table("pv_user_task", *map(sa.column, ("key", "instance_key", "name", "search_text")))
    instance = sa.table("pv_instance", *map(sa.column, ("key", "business_key")))
    query = (
        sa.select(task.c.key, task.c.name, instance.c.business_key)
        .join(instance, instance.c.key == task.c.instance_key)
        .order_by(task.c.key)
        .limit(PART)
    )
    change = sa.update(task).where(task.c.key == sa.bindparam("of"))
    last = 0
    while rows := op.get_bind().execute(query.where(task.c.key > last)).all():
        forms = [
            {"of": key, "form": search_form(f"{name or ''}\n{business_key or ''}")}
            for key, name, business_key in map(tuple, rows)
        ]
        op.get_bind().execute(change.values(search_text=sa.bindparam("form")), forms)
        last = rows[-1][0]


def downgrade() -> None:
    op.drop_column("pv_user_task", "search_text")
