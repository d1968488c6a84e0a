"""Run by Alembic with the connection that `migrate` opened; one transaction for all steps."""

from alembic import context

from web.app.migrations import VERSION_TABLE
from web.app.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    include_name=lambda name, kind, _: kind != "table" or name in metadata.tables,
)
context.run_migrations()
