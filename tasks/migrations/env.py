"""Run by Alembic with the connection that `migrate` opened; one transaction for all steps."""

from alembic import context

from tasks.installed import METADATA
from tasks.migrations import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    compare_type=True,
    include_name=lambda name, kind, _: kind != "table" or (name or "").startswith("crm_"),
)
context.run_migrations()
