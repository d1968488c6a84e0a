"""Batch operations and what they work on."""

from engine import store
from engine.reads.search.view import View

_b, _item = store.batch, store.batch_item

BATCHES = View(
    "Batch operation",
    _b,
    "batch_operation_key",
    {
        "batch_operation_key": _b.c.key,
        "batch_operation_type": _b.c.kind,
        "operation_type": _b.c.kind,
        "state": _b.c.state,
        "actor_id": _b.c.actor,
        "start_date": _b.c.started_at,
        "end_date": _b.c.ended_at,
        "operations_total_count": _b.c.total,
        "operations_completed_count": _b.c.completed,
        "operations_failed_count": _b.c.failed,
    },
    constants={"actor_type": "USER"},
    unread=frozenset({"operation_type"}),
)

BATCH_ITEMS = View(
    "Batch operation item",
    _item.join(_b, _item.c.batch_key == _b.c.key),
    "item_key",
    {
        "item_key": _item.c.item_key,
        "batch_operation_key": _item.c.batch_key,
        "operation_type": _b.c.kind,
        "process_instance_key": _item.c.instance_key,
        "root_process_instance_key": _item.c.root_instance_key,
        "state": _item.c.state,
        "processed_date": _item.c.processed_at,
        "error_message": _item.c.error,
    },
    ties=("batch_operation_key",),
)
