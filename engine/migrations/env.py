"""Alembic runs this: migrate over the connection that `store.migrate` hands in."""

from alembic import context

from engine.store.migrate import VERSION_TABLE
from engine.store.types import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
