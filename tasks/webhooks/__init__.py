"""Webhooks out: what happens here is told to whoever subscribed, signed, until it is taken."""

from tasks.webhooks.catalogue import COMING, TYPES
from tasks.webhooks.dispatcher import Dispatcher
from tasks.webhooks.outlet import Outlet, tell, tell_many
from tasks.webhooks.receivers import add, change, redeliver, rotate, test

__all__ = [
    "COMING",
    "TYPES",
    "Dispatcher",
    "Outlet",
    "add",
    "change",
    "redeliver",
    "rotate",
    "tell",
    "tell_many",
    "test",
]
