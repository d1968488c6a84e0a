"""Tables of drafts: their saves, the contents of files, who has them open, what was approved."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from engine.store import UtcDateTime
from web.app.tables import metadata

draft = Table(
    "studio_draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("state", String(16), nullable=False, server_default="OPEN"),  # DEPLOYED, DISCARDED
    Column("base", JSON, nullable=False),  # {kind, title, versions: {process id: version}}
    Column("head", Integer, nullable=False),  # number of the newest save
    Column("created_by", String(100), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, index=True),
    Column("ended_by", String(100), nullable=False, server_default=""),
    Column("ended_at", UtcDateTime),
    Column("deployment_key", String(20), nullable=False, server_default=""),
)

save = Table(
    "studio_save",
    metadata,
    Column("draft_id", ForeignKey("studio_draft.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("files", JSON, nullable=False),  # {name: SHA-256}
    Column("note", String(500), nullable=False, server_default=""),
    Column("saved_by", String(100), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

content = Table(
    "studio_content",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

presence = Table(
    "studio_presence",
    metadata,
    Column("draft_id", ForeignKey("studio_draft.id", ondelete="CASCADE"), primary_key=True),
    Column("window", String(40), primary_key=True),
    Column("username", String(100), nullable=False),
    Column("file", String(300), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

approval = Table(
    "studio_approval",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", ForeignKey("studio_draft.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),  # the save that is asked about
    Column("areas", JSON, nullable=False),  # what it changes: roles, scripts …
    Column("asked_by", String(100), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_by", String(100), nullable=False, server_default=""),
    Column("decided_at", UtcDateTime),
    Column("approved", Boolean),
    Column("alone", Boolean, nullable=False, server_default="0"),  # nobody else may approve
    Column("comment", Text, nullable=False, server_default=""),
    Index("ix_studio_approval_draft_id_number", "draft_id", "number"),
)

walk = Table(
    "studio_walk",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", ForeignKey("studio_draft.id", ondelete="CASCADE"), nullable=False),
    Column("scenario", JSON, nullable=False),  # how it starts, and the steps so far
    Column("begun_by", String(100), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_studio_walk_draft_id", "draft_id"),
)
