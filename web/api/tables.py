"""Tables only the API needs: groups and roles by name, documents."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from engine.store import UtcDateTime

metadata = MetaData()

group = Table(
    "api_group",
    metadata,
    Column("id", String(256), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("description", String(1000), nullable=False),
)

role = Table(
    "api_role",
    metadata,
    Column("id", String(256), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("description", String(1000), nullable=False),
)

document = Table(
    "api_document",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("file_name", String(255), nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("expires_at", UtcDateTime, index=True),
    Column("process_definition_id", String(255)),
    Column("process_instance_key", BigInteger),
    Column("custom_properties", JSON, nullable=False),
    Column("created_by", String(256), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
