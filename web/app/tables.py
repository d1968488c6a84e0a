"""The tables of the web: accounts, tokens, drafts, documents, workers, counted requests."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from engine.store import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(100), nullable=False, unique=True),
    Column("display_name", String(200), nullable=False),
    Column("email", String(320), nullable=False, server_default=""),
    Column("password_hash", String(200), nullable=False, server_default=""),  # "": none set
    Column("roles", JSON, nullable=False),
    Column("locale", String(10), nullable=False, server_default=""),
    Column("calendar", String(20), nullable=False, server_default=""),  # "": the language's own
    Column("shortcuts", Boolean, nullable=False, server_default=true()),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("created_at", UtcDateTime, nullable=False),
    Column("issuer", String(500)),  # who vouches for the person, if not a password of ours
    Column("subject", String(255)),  # the person's name there
    UniqueConstraint("issuer", "subject"),
)

account_group = Table(
    "account_group",
    metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(100), primary_key=True),
)

account_skill = Table(
    "account_skill",
    metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(100), primary_key=True),
)

account_session = Table(
    "account_session",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the cookie
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("scopes", JSON, nullable=False, server_default="[]"),  # []: whatever the account may
    Column("hint", String(20), nullable=False),  # the first letters, to recognise it by
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(100), nullable=False),
    Column("address", String(100), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_sign_in_failure_username_at", "username", "at"),
    Index("ix_sign_in_failure_address_at", "address", "at"),
)

worker = Table(
    "worker",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)

rate = Table(
    "rate",
    metadata,
    Column("key", String(300), primary_key=True),  # whose requests, in which span
    Column("count", Integer, nullable=False),
    Column("expires_at", Float, nullable=False, index=True),  # seconds since 1970
)

draft = Table(
    "task_draft",
    metadata,
    Column("task_key", String(20), primary_key=True),
    Column("username", String(100), primary_key=True),
    Column("typed", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

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

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor", String(100), nullable=False, index=True),  # "": nobody signed in
    Column("action", String(60), nullable=False),
    Column("subject", String(255), nullable=False),  # of what: an account, a policy value …
    Column("address", String(100), nullable=False),  # from where
    Column("detail", JSON, nullable=False),
    Index("ix_audit_entry_action_subject", "action", "subject"),
)

comment = Table(
    "task_comment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instance_key", BigInteger, nullable=False, index=True),
    Column("task_key", BigInteger),
    Column("kind", String(20), nullable=False),  # comment, call, question
    Column("author", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

mention = Table(
    "task_comment_mention",
    metadata,
    Column("comment_id", ForeignKey("task_comment.id", ondelete="CASCADE"), primary_key=True),
    Column("username", String(100), primary_key=True),
    Column("seen_at", UtcDateTime),
    Index("ix_task_comment_mention_username", "username", "seen_at"),
)

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", String(100), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("shared_with", String(100), nullable=False, server_default=""),  # a group; "": own
    Column("query", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

absence = Table(
    "absence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(100), nullable=False, index=True),
    Column("substitute", String(100), nullable=False, index=True),
    Column("begins_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("processes", JSON, nullable=False),  # ids; []: all
    Column("created_by", String(100), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

canned_answer = Table(
    "canned_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", String(100), nullable=False, index=True),
    Column("shared_with", String(100), nullable=False, server_default=""),  # a group; "": own
    Column("title", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

notification = Table(
    "notification",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(100), nullable=False),
    Column("kind", String(20), nullable=False),  # given, mention, asked, back
    Column("instance_key", BigInteger, nullable=False, index=True),
    Column("task_key", BigInteger, nullable=False),
    Column("author", String(256), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("mailed_at", UtcDateTime),  # or when it was decided that no e-mail goes
    Index("ix_notification_username", "username", "seen_at"),
    Index("ix_notification_mailed_at", "mailed_at", "at"),
)

# How somebody wants to be told by e-mail; what is not said goes by the digest.
notification_choice = Table(
    "notification_choice",
    metadata,
    Column("username", String(100), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("how", String(20), nullable=False),  # at_once, digest, never
)

# A snooze that ends when something happens.
task_wake = Table(
    "task_wake",
    metadata,
    Column("task_key", BigInteger, primary_key=True, autoincrement=False),
    Column("instance_key", BigInteger, nullable=False),
    Column("username", String(100), nullable=False),
    Column("what", String(20), nullable=False),  # comment, change, customer
    Column("mark", BigInteger, nullable=False),  # the last there was when it was put off
)
