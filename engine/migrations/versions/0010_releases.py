"""Current versions and candidates, and files as they were delivered."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.store.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KINDS = (
    ("process", "pv_definition", "process_id"),
    ("requirements", "pv_decision_requirements", "id"),
    ("decision", "pv_decision", "id"),
    ("form", "pv_form", "id"),
    ("resource", "pv_resource", "id"),
)


def upgrade() -> None:
    op.create_table(
        "pv_release",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("current_key", sa.BigInteger, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("changed_by", sa.String(255), nullable=False),
    )
    op.create_index("ix_pv_release_current_key", "pv_release", ["current_key"])
    for kind, table, column in _KINDS:
        op.execute(_newest(kind, table, column))
    op.create_table(
        "pv_candidate",
        sa.Column("process_id", sa.String(255), primary_key=True),
        sa.Column(
            "deployment_key",
            sa.BigInteger,
            sa.ForeignKey("pv_deployment.key"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column(
            "definition_key", sa.BigInteger, sa.ForeignKey("pv_definition.key"), nullable=False
        ),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
    )
    op.create_index("ix_pv_candidate_definition_key", "pv_candidate", ["definition_key"])
    trial = _rows("state = 'TRIAL'")
    op.create_index("uq_pv_candidate_trial", "pv_candidate", ["process_id"], unique=True, **trial)
    op.create_table(
        "pv_shipped",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("held", sa.LargeBinary),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.add_column("pv_instance", sa.Column("trial_key", sa.BigInteger))
    op.add_column("pv_instance", sa.Column("trial_side", sa.String(16)))
    op.create_index(
        "ix_pv_instance_trial", "pv_instance", ["trial_key"], **_rows("trial_key IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_pv_instance_trial", "pv_instance")
    for name in ("trial_side", "trial_key"):
        op.drop_column("pv_instance", name)
    for name in ("pv_shipped", "pv_candidate", "pv_release"):
        op.drop_table(name)


def _newest(kind: str, table: str, column: str) -> Any:
    """Make the newest version current, as it was until now."""
    versions = sa.table(
        table,
        sa.column("key"),
        sa.column(column),
        sa.column("version"),
        sa.column("deployment_key"),
    )
    deployment = sa.table(
        "pv_deployment", sa.column("key"), sa.column("deployed_at"), sa.column("deployed_by")
    )
    newer = versions.alias("newer")
    release = sa.table(
        "pv_release", *map(sa.column, ("kind", "name", "current_key", "changed_at", "changed_by"))
    )
    found = (
        sa.select(
            sa.literal_column(f"'{kind}'"),
            versions.c[column],
            versions.c.key,
            deployment.c.deployed_at,
            deployment.c.deployed_by,
        )
        .join_from(versions, deployment, deployment.c.key == versions.c.deployment_key)
        .where(
            ~sa.exists().where(
                newer.c[column] == versions.c[column], newer.c.version > versions.c.version
            )
        )
    )
    return sa.insert(release).from_select(list(release.c.keys()), found)


def _rows(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
