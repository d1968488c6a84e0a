"""Webhooks out: what happens here is told to whoever subscribed, signed, until it is taken."""

from tasks.outbound_webhooks.dispatcher import Dispatcher
from tasks.outbound_webhooks.outbox import Outbox, tell, tell_many
from tasks.outbound_webhooks.receivers import add, change, redeliver, rotate, test

__all__ = [
    "Dispatcher",
    "Outbox",
    "add",
    "change",
    "redeliver",
    "rotate",
    "tell",
    "tell_many",
    "test",
]
