"""The table of what all processes share."""

from sqlalchemy import Column, String, Table

from engine.store.types import JsonText, JsonValue, UtcDateTime, metadata

cluster_variable = Table(
    "pv_cluster_variable",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("value", JsonValue, nullable=False),
    Column("metadata", JsonText, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String(255), nullable=False),
)
