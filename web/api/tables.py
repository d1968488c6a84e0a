"""Tables only the API needs: groups and roles by name, documents, batch operations."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
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

batch = Table(
    "api_batch",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("state", String(24), nullable=False),
    Column("plan", JSON, nullable=False),
    Column("actor", String(256), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

batch_item = Table(
    "api_batch_item",
    metadata,
    Column("batch_key", BigInteger, ForeignKey("api_batch.key"), primary_key=True),
    Column("item_key", BigInteger, primary_key=True, autoincrement=False),
    Column("instance_key", BigInteger, nullable=False),
    Column("root_instance_key", BigInteger, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("processed_at", UtcDateTime),
    Column("error", Text),
)
