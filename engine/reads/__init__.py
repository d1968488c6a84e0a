"""The read side: every function takes a connection and returns small frozen values.

with store.reading(engine.database) as connection:
    page = reads.inbox(connection, "alice", {"marketing"}, "claimable", now=now)
"""

from engine.reads.admissions import WaitingStart, admissions, count_admissions
from engine.reads.batches import Batch, Failure, batch, batch_failures, batches
from engine.reads.candidates import Candidate, candidate, candidates, drawn
from engine.reads.definitions import (
    Definition,
    decision_xml,
    definition,
    definitions,
    latest_form,
    resource_xml,
    start_form,
    versions,
)
from engine.reads.deployed_files import (
    deployed_instead,
    needed_files,
    newest_file,
    version_files,
)
from engine.reads.health import active, losers, overdue, stuck
from engine.reads.history import Entry, history, verify, verify_all
from engine.reads.incidents import Incident, incident, incidents
from engine.reads.instances import (
    Element,
    Instance,
    Value,
    children,
    elements,
    instance,
    instances,
    variables,
)
from engine.reads.messages import Message, unmatched
from engine.reads.page import Page
from engine.reads.performance import Chosen, Heat, Performance, performance
from engine.reads.statistics import (
    Counts,
    RunningVersion,
    instance_statistics,
    running,
    running_apart_from,
    statistics,
)
from engine.reads.tasks import (
    InboxTask,
    Narrowed,
    Task,
    count_inbox,
    form_of_task,
    inbox,
    task,
    task_sees,
)
from engine.reads.titles import titles
from engine.reads.waits import Waiting, waiting

__all__ = [
    "Batch",
    "Candidate",
    "Chosen",
    "Counts",
    "Definition",
    "Element",
    "Entry",
    "Failure",
    "Heat",
    "InboxTask",
    "Incident",
    "Instance",
    "Message",
    "Narrowed",
    "Page",
    "Performance",
    "RunningVersion",
    "Task",
    "Value",
    "Waiting",
    "WaitingStart",
    "active",
    "admissions",
    "batch",
    "batch_failures",
    "batches",
    "candidate",
    "candidates",
    "children",
    "count_admissions",
    "count_inbox",
    "decision_xml",
    "definition",
    "definitions",
    "deployed_instead",
    "drawn",
    "elements",
    "form_of_task",
    "history",
    "inbox",
    "incident",
    "incidents",
    "instance",
    "instance_statistics",
    "instances",
    "latest_form",
    "losers",
    "needed_files",
    "newest_file",
    "overdue",
    "performance",
    "resource_xml",
    "running",
    "running_apart_from",
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
    "version_files",
    "versions",
    "waiting",
]
