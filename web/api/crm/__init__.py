"""The resources of `/crm/v1`: what the CRM adds to processes."""

from web.api.crm import customers, events, imports, sources, webhooks
from web.api.routes import Routes

ROUTES: list[Routes] = [
    events.routes,
    sources.routes,
    imports.routes,
    customers.routes,
    webhooks.routes,
]
