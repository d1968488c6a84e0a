"""The resources of `/v2`, a module each; what they answer is described by `web.api.schemas`."""

from web.api.routes import Routes
from web.api.v2 import (
    cluster,
    decisions,
    deployments,
    documents,
    elements,
    expressions,
    groups,
    identity,
    incidents,
    jobs,
    messages,
    process_definitions,
    process_instances,
    user_tasks,
    users,
)

ROUTES: list[Routes] = [
    cluster.routes,
    identity.routes,
    deployments.routes,
    process_definitions.routes,
    process_instances.routes,
    elements.routes,
    jobs.routes,
    incidents.routes,
    user_tasks.routes,
    messages.routes,
    decisions.routes,
    expressions.routes,
    documents.routes,
    users.routes,
    groups.routes,
]
