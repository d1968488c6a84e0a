"""The ways out of the house: e-mail, webhook, outbox. Reached only through the contact gate."""

from tasks.channels.delivery import Busy, Refused, Settings, deliver
from tasks.channels.draft import Draft
from tasks.channels.rendering import Rendered, render

__all__ = ["Busy", "Draft", "Refused", "Rendered", "Settings", "deliver", "render"]
