"""Tables of what runs and of what happened."""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.store.types import JsonText, JsonValue, UtcDateTime, metadata, where


def key() -> "Column[int]":
    """Return the key column of a table."""
    return Column("key", BigInteger, primary_key=True, autoincrement=False)


def of_instance(*, nullable: bool = False) -> "Column[int]":
    """Belong to an instance and vanish with it."""
    target = ForeignKey("pv_instance.key", ondelete="CASCADE")
    return Column("instance_key", BigInteger, target, nullable=nullable, index=True)


def of_definition(*, index: bool = False) -> "Column[int]":
    """Belong to a version of a process."""
    target = ForeignKey("pv_definition.key")
    return Column("definition_key", BigInteger, target, nullable=False, index=index)


key_block = Table(
    "pv_key_block",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("next", BigInteger, nullable=False),
)

instance = Table(
    "pv_instance",
    metadata,
    key(),
    of_definition(index=True),
    Column("process_id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # ACTIVE COMPLETED TERMINATED SUSPENDED
    Column("revision", Integer, nullable=False),
    Column("data", Text, nullable=False),  # JSON of the core: live tokens and scopes
    Column("checksum", String(16), nullable=False),
    Column("flows", JsonText, nullable=False),  # {sequence flow id: times taken}
    Column("incidents", Integer, nullable=False),
    Column("business_key", String(255)),
    Column("correlation_key", Text),  # of the message that started it
    Column("tags", JsonText, nullable=False),
    Column("customer", String(255)),  # whom it is about
    Column("open_per", String(255)),  # of this at most one is open
    Column("parent_instance_key", BigInteger, index=True),
    Column("parent_element_instance_key", BigInteger),
    Column("parent_wait_key", BigInteger),
    Column("root_instance_key", BigInteger, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("trial_key", BigInteger),  # deployment of the candidate that it was drawn for
    Column("trial_side", String(16)),  # candidate current
    Column("started_by", String(255), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("suspended_at", UtcDateTime),
    Column("history_seq", Integer, nullable=False),
    Column("history_hash", String(64), nullable=False),
    Index("ix_pv_instance_process_id_key", "process_id", "key"),
    Index("ix_pv_instance_state_key", "state", "key"),
    Index(
        "ix_pv_instance_over",
        "ended_at",
        **where("ended_at IS NOT NULL AND parent_instance_key IS NULL"),
    ),
    Index("ix_pv_instance_customer", "customer", "key", **where("customer IS NOT NULL")),
    Index(
        "uq_pv_instance_open_per",
        "process_id",
        "open_per",
        unique=True,
        **where("ended_at IS NULL AND open_per IS NOT NULL"),
    ),
    Index("ix_pv_instance_trial", "trial_key", **where("trial_key IS NOT NULL")),
    Index("ix_pv_instance_business_key", "business_key", "process_id"),
    Index(
        "ix_pv_instance_correlation",
        "process_id",
        "correlation_key",
        **where("ended_at IS NULL AND correlation_key IS NOT NULL"),
    ),
)

# Starts of processes that admit so many a day: those that wait are suspended instances.
admission = Table(
    "pv_admission",
    metadata,
    Column(
        "instance_key",
        BigInteger,
        ForeignKey("pv_instance.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("process_id", String(255), nullable=False),
    Column("state", String(16), nullable=False),  # WAITING ADMITTED EXPIRED
    Column("rank", Double, nullable=False),  # the highest is admitted first
    Column("asked_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("admitted_at", UtcDateTime),
    Index("ix_pv_admission_day", "process_id", "admitted_at"),
    Index("ix_pv_admission_waiting", "state", "process_id", "rank", **where("state = 'WAITING'")),
)

# Who got the last task of an element: for tasks that find their person.
assignment_turn = Table(
    "pv_assignment_turn",
    metadata,
    Column("process_id", String(255), primary_key=True),
    Column("element_id", String(255), primary_key=True),
    Column("username", String(255), primary_key=True),
    Column("task_key", BigInteger, nullable=False),
)

# A wide state is kept in parts, so that a step reads and writes only those it touches.
state_part = Table(
    "pv_state_part",
    metadata,
    Column(
        "instance_key",
        BigInteger,
        ForeignKey("pv_instance.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("data", Text, nullable=False),  # JSON: tokens and scopes of the part
    Column("checksum", String(16), nullable=False),
)

element_instance = Table(
    "pv_element_instance",
    metadata,
    key(),
    of_instance(),
    of_definition(),
    Column("element_id", String(255), nullable=False),
    Column("element_name", Text),
    Column("type", String(40), nullable=False),
    Column("scope_key", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),  # ACTIVE COMPLETED TERMINATED
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_pv_element_instance_definition", "definition_key", "element_id", "state"),
)

variable = Table(
    "pv_variable",
    metadata,
    key(),
    of_instance(),
    Column("scope_key", BigInteger, nullable=False),
    Column("name", String(255), nullable=False),
    Column("value", JsonValue, nullable=False),
    UniqueConstraint("scope_key", "name"),
    Index("ix_pv_variable_name", "name", "instance_key"),
)

decision_instance = Table(
    "pv_decision_instance",
    metadata,
    key(),
    of_instance(nullable=True),
    Column("definition_key", BigInteger, index=True),
    Column("process_id", String(255)),
    Column("element_id", String(255)),
    Column("element_instance_key", BigInteger),
    Column("decision_key", BigInteger, nullable=False, index=True),
    Column("decision_id", String(255), nullable=False),
    Column("inputs", JsonText, nullable=False),
    Column("output", JsonValue, nullable=False),
    Column("evaluated", JsonText, nullable=False),  # one entry per decision of the graph
    Column("failure", Text),
    Column("state", String(16), nullable=False),  # EVALUATED FAILED
    Column("evaluated_at", UtcDateTime, nullable=False),
    Column("evaluated_by", String(255), nullable=False),
)

history = Table(
    "pv_history",
    metadata,
    Column(
        "instance_key",
        BigInteger,
        ForeignKey("pv_instance.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("command", String(64), nullable=False),
    Column("entries", JsonText, nullable=False),  # what happened, without values
    Column("payload", Text),  # the values, with a salt; gone after an erasure
    Column("payload_digest", String(64), nullable=False),
    Column("hash", String(64), nullable=False),  # over all the above and the hash before
    Index("ix_pv_history_at", "at"),
)

# What a completion changed, for the half minute in which its person may take it back.
undo = Table(
    "pv_undo",
    metadata,
    Column("task_key", BigInteger, primary_key=True, autoincrement=False),
    of_instance(),
    Column("actor", String(255), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("seq", Integer, nullable=False),  # of the history, right after it
    Column("data", JsonText, nullable=False),  # how the instance was before
)

idempotency = Table(
    "pv_idempotency",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("actor", String(255), primary_key=True),
    Column("request", String(64), nullable=False),  # sha256 of what was asked
    Column("answer", JsonText),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)
