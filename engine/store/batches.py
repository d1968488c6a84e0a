"""Tables of batch operations: one thing done to many instances, a little at a time."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from engine.store.running import key
from engine.store.types import JsonText, UtcDateTime, metadata

batch = Table(
    "pv_batch",
    metadata,
    key(),
    Column("kind", String(40), nullable=False),  # BatchOperationType of api.md
    Column("state", String(24), nullable=False),  # ACTIVE SUSPENDED COMPLETED CANCELED
    Column("plan", JsonText, nullable=False),  # what is done to each
    Column("actor", String(255), nullable=False),
    Column("total", Integer, nullable=False),
    Column("completed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("run", Integer, nullable=False),  # of the background; an older one stops
    Column("started_at", UtcDateTime, nullable=False),
    Column("touched_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_pv_batch_state", "state", "touched_at"),
)

batch_item = Table(
    "pv_batch_item",
    metadata,
    Column(
        "batch_key",
        BigInteger,
        ForeignKey("pv_batch.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("item_key", BigInteger, primary_key=True, autoincrement=False),
    # No reference: what was done to an instance is known after the instance is deleted.
    Column("instance_key", BigInteger, nullable=False, index=True),
    Column("root_instance_key", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),  # ACTIVE COMPLETED FAILED CANCELED
    Column("processed_at", UtcDateTime),
    Column("error", Text),
    Index("ix_pv_batch_item_state", "batch_key", "state", "item_key"),
)
