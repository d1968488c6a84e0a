"""Where the engine keeps what runs: tables, column types, connections, keys, migrations."""

from engine.store.batches import batch, batch_item
from engine.store.database import compact, connect, prepare, reading, writing
from engine.store.deployed import (
    candidate,
    decision,
    decision_requirements,
    definition,
    deployment,
    form,
    release,
    resource,
    shipped,
    trial_stratum,
    trial_unit,
)
from engine.store.keys import FIRST_KEY, Keys
from engine.store.migrate import create, migrate, revisions, upgrading
from engine.store.running import (
    decision_instance,
    element_instance,
    history,
    idempotency,
    instance,
    key_block,
    state_part,
    variable,
)
from engine.store.shared import cluster_variable
from engine.store.types import JsonText, UtcDateTime, dumps, metadata
from engine.store.waiting import (
    CREATED,
    audience,
    correlation,
    incident,
    job,
    message,
    subscription,
    timer,
    user_task,
)
from engine.store.write_lock import in_background

__all__ = [
    "CREATED",
    "FIRST_KEY",
    "JsonText",
    "Keys",
    "UtcDateTime",
    "audience",
    "batch",
    "batch_item",
    "candidate",
    "cluster_variable",
    "compact",
    "connect",
    "correlation",
    "create",
    "decision",
    "decision_instance",
    "decision_requirements",
    "definition",
    "deployment",
    "dumps",
    "element_instance",
    "form",
    "history",
    "idempotency",
    "in_background",
    "incident",
    "instance",
    "job",
    "key_block",
    "message",
    "metadata",
    "migrate",
    "prepare",
    "reading",
    "release",
    "resource",
    "revisions",
    "shipped",
    "state_part",
    "subscription",
    "timer",
    "trial_stratum",
    "trial_unit",
    "upgrading",
    "user_task",
    "variable",
    "writing",
]
