"""Tables of what a running instance waits for: one row for each."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    literal_column,
)

from engine.store.running import key, of_definition, of_instance
from engine.store.types import JsonText, UtcDateTime, metadata, where

# Written out in queries, not bound: so that the indexes of what is open are seen to fit.
CREATED = literal_column("'CREATED'", String)

user_task = Table(
    "pv_user_task",
    metadata,
    key(),
    of_instance(),
    of_definition(index=True),
    Column("process_id", String(255), nullable=False),
    Column("element_id", String(255), nullable=False),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("name", Text),
    Column("search_text", Text, nullable=False, server_default=""),  # name and business key
    Column("state", String(16), nullable=False),  # CREATED COMPLETED CANCELED …
    Column("assignee", String(255)),
    Column("owner", String(255)),  # who delegated it and gets it back
    Column("candidate_groups", JsonText, nullable=False),
    Column("candidate_users", JsonText, nullable=False),
    Column("audience", String(64), nullable=False),  # of pv_audience: who may claim it
    Column("due_at", UtcDateTime),
    Column("follow_up_at", UtcDateTime),
    Column("priority", Integer, nullable=False),
    Column("rank", Integer, nullable=False),  # 100 - priority: the first of an inbox is smallest
    Column("due_order", UtcDateTime, nullable=False),  # due_at, or the end of time
    Column("deadline", JsonText),  # a plan of engine.schedule.deadlines
    Column("outside", JsonText),  # {for, whom …}: somebody outside answers it by a link
    Column("deadline_at", UtcDateTime),  # when its next reminder or escalation is due
    Column("form_key", BigInteger),
    Column("form", JsonText),  # an embedded schema
    Column("external_form", Text),
    Column("headers", JsonText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", String(255)),
    Index(
        "ix_pv_user_task_mine", "assignee", "rank", "due_order", "key", **where("state = 'CREATED'")
    ),
    Index(
        "ix_pv_user_task_claimable",
        "audience",
        "rank",
        "due_order",
        "key",
        **where("state = 'CREATED' AND assignee IS NULL"),
    ),
    Index("ix_pv_user_task_done", "ended_by", "ended_at"),
    Index("ix_pv_user_task_overdue", "due_at", "key", **where("state = 'CREATED'")),
    Index(
        "ix_pv_user_task_deadline",
        "deadline_at",
        "key",
        **where("state = 'CREATED' AND deadline_at IS NOT NULL"),
    ),
    Index(
        "ix_pv_user_task_mine_due",
        "assignee",
        "due_at",
        **where("state = 'CREATED' AND due_at IS NOT NULL"),
    ),
    Index(
        "ix_pv_user_task_claimable_due",
        "audience",
        "due_at",
        **where("state = 'CREATED' AND assignee IS NULL AND due_at IS NOT NULL"),
    ),
)

# Who may claim: few distinct sets of candidates, so an inbox reads one index range for each.
audience = Table(
    "pv_audience",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("member", String(300), primary_key=True),  # "group:<id>" or "user:<name>"
    Index("ix_pv_audience_member", "member"),
)

job = Table(
    "pv_job",
    metadata,
    key(),
    of_instance(),
    of_definition(),
    Column("process_id", String(255), nullable=False),
    Column("element_id", String(255), nullable=False),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("type", String(255), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("listener_event", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # CREATED FAILED … COMPLETED CANCELED
    Column("open", Boolean, nullable=False),
    Column("installed", Boolean, nullable=False),  # a service task of ours runs it
    Column("retries", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),  # runs so far, failed ones too
    Column("starts", Integer, nullable=False),  # begun and never reported: its process died
    Column("headers", JsonText, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("rank", Integer, nullable=False),  # -priority
    Column("worker", String(255), nullable=False),
    Column("available_at", UtcDateTime, nullable=False),  # after a backoff or a lease
    Column("deadline", UtcDateTime),  # of the present lease
    Column("error_code", String(255)),
    Column("error_message", Text),
    Column("denied", Boolean),  # of a task listener that was heard: whether it said no
    Column("denied_reason", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_pv_job_activation", "type", "rank", "key", **where("open AND retries > 0")),
    Index("ix_pv_job_installed", "available_at", **where("open AND installed AND retries > 0")),
)

timer = Table(
    "pv_timer",
    metadata,
    key(),
    of_instance(nullable=True),
    of_definition(index=True),
    Column("process_id", String(255), nullable=False),
    Column("element_id", String(255), nullable=False),
    Column("element_instance_key", BigInteger),
    Column("due_at", UtcDateTime, nullable=False, index=True),
    Column("repetitions", Integer, nullable=False),
    Column("interval", Text),
    Column("attempts", Integer, nullable=False, default=0),
)

subscription = Table(
    "pv_subscription",
    metadata,
    key(),
    of_instance(nullable=True),
    of_definition(index=True),
    Column("process_id", String(255), nullable=False),
    Column("element_id", String(255), nullable=False),
    Column("element_instance_key", BigInteger),
    Column("kind", String(16), nullable=False),  # message signal condition
    Column("start", Boolean, nullable=False),  # starts an instance
    Column("name", Text, nullable=False),
    Column("correlation_key", Text, nullable=False),
    Column("data", JsonText, nullable=False),
    Column("state", String(16), nullable=False),  # CREATED CORRELATED DELETED
    Column("updated_at", UtcDateTime, nullable=False),
    Index(
        "ix_pv_subscription_waiting",
        "name",
        "correlation_key",
        "kind",
        **where("state = 'CREATED'"),
    ),
)

message = Table(
    "pv_message",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("correlation_key", Text, nullable=False),
    Column("message_id", Text),
    Column("variables", JsonText, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("published_by", String(255), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Index("ix_pv_message_buffered", "name", "correlation_key", "key"),
    Index(
        "uq_pv_message_id",
        "name",
        "correlation_key",
        "message_id",
        unique=True,
        **where("message_id IS NOT NULL"),
    ),
)

correlation = Table(
    "pv_correlation",
    metadata,
    Column("message_key", BigInteger, primary_key=True, autoincrement=False),
    Column("subscription_key", BigInteger, primary_key=True, autoincrement=False),
    of_instance(),
    of_definition(),
    Column("process_id", String(255), nullable=False),
    Column("element_id", String(255), nullable=False),
    Column("element_instance_key", BigInteger),
    Column("name", Text, nullable=False),
    Column("correlation_key", Text, nullable=False),
    Column("correlated_at", UtcDateTime, nullable=False),
)

incident = Table(
    "pv_incident",
    metadata,
    key(),
    of_instance(),
    of_definition(),
    Column("process_id", String(255), nullable=False),
    Column("element_id", String(255), nullable=False),
    Column("element_instance_key", BigInteger, nullable=False),
    Column("job_key", BigInteger, index=True),
    Column("error_type", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("state", String(16), nullable=False),  # ACTIVE RESOLVED
    Column("data", JsonText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", String(255)),
    Index("ix_pv_incident_active", "key", **where("state = 'ACTIVE'")),
    Index("ix_pv_incident_definition", "definition_key", "element_id", "state"),
)
