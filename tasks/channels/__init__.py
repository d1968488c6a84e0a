"""The ways out of the house: e-mail, webhook, outbox. Reached only through the contact gate."""

from tasks.channels.delivery import (
    Busy,
    Refused,
    Settings,
    deliver,
    put_into_outbox,
    stays_here,
    was_sent,
)
from tasks.channels.draft import Draft
from tasks.templates.rendering import Rendered, render

__all__ = [
    "Busy",
    "Draft",
    "Refused",
    "Rendered",
    "Settings",
    "deliver",
    "put_into_outbox",
    "render",
    "stays_here",
    "was_sent",
]
