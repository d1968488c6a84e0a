"""The read side: every function takes a connection and answers small frozen values.

with store.reading(engine.database) as connection:
    page = queries.inbox(connection, "alice", {"marketing"}, "claimable", now=now)
"""

from engine.queries.batches import Batch, Failure, batch, batch_failures, batches
from engine.queries.definitions import (
    Definition,
    decision_xml,
    definition,
    definitions,
    resource_xml,
    start_form,
    versions,
)
from engine.queries.health import active, losers, overdue, stuck
from engine.queries.incidents import Incident, incident, incidents
from engine.queries.instances import (
    Element,
    Instance,
    Value,
    children,
    elements,
    instance,
    instances,
    variables,
)
from engine.queries.messages import Message, unmatched
from engine.queries.page import Page
from engine.queries.past import Entry, history, verify, verify_all
from engine.queries.statistics import Counts, instance_statistics, statistics
from engine.queries.tasks import InboxTask, Task, count_inbox, form_of_task, inbox, task, task_sees
from engine.queries.titles import titles
from engine.queries.waits import Waiting, waiting

__all__ = [
    "Batch",
    "Counts",
    "Definition",
    "Element",
    "Entry",
    "Failure",
    "InboxTask",
    "Incident",
    "Instance",
    "Message",
    "Page",
    "Task",
    "Value",
    "Waiting",
    "active",
    "batch",
    "batch_failures",
    "batches",
    "children",
    "count_inbox",
    "decision_xml",
    "definition",
    "definitions",
    "elements",
    "form_of_task",
    "history",
    "inbox",
    "incident",
    "incidents",
    "instance",
    "instance_statistics",
    "instances",
    "losers",
    "overdue",
    "resource_xml",
    "start_form",
    "statistics",
    "stuck",
    "task",
    "task_sees",
    "titles",
    "unmatched",
    "variables",
    "verify",
    "verify_all",
    "versions",
    "waiting",
]
