"""The lists one can search: a view for each resource of the API."""

from engine.reads.search.views.batches import BATCH_ITEMS, BATCHES
from engine.reads.search.views.decisions import (
    DECISION_DEFINITIONS,
    DECISION_INSTANCES,
    DECISION_REQUIREMENTS,
)
from engine.reads.search.views.definitions import FORMS, PROCESS_DEFINITIONS, RESOURCES
from engine.reads.search.views.instances import ELEMENT_INSTANCES, PROCESS_INSTANCES, VARIABLES
from engine.reads.search.views.messages import CORRELATIONS, MESSAGE_SUBSCRIPTIONS
from engine.reads.search.views.shared import CLUSTER_VARIABLES
from engine.reads.search.views.work import INCIDENTS, JOBS, USER_TASKS, task_visible_to

__all__ = [
    "BATCHES",
    "BATCH_ITEMS",
    "CLUSTER_VARIABLES",
    "CORRELATIONS",
    "DECISION_DEFINITIONS",
    "DECISION_INSTANCES",
    "DECISION_REQUIREMENTS",
    "ELEMENT_INSTANCES",
    "FORMS",
    "INCIDENTS",
    "JOBS",
    "MESSAGE_SUBSCRIPTIONS",
    "PROCESS_DEFINITIONS",
    "PROCESS_INSTANCES",
    "RESOURCES",
    "USER_TASKS",
    "VARIABLES",
    "task_visible_to",
]
