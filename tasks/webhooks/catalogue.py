"""The catalogue of events out: which there are, and which come with a process still to be drawn."""

from collections.abc import Iterable

TYPES = {
    "task.created": "A user task waits for somebody.",
    "task.assigned": "A user task was given to somebody, or to nobody.",
    "task.updated": "Due date, candidates or priority of a user task changed.",
    "task.completed": "A user task was done.",
    "task.canceled": "A user task is not needed any more.",
    "instance.started": "A process instance began.",
    "instance.completed": "A process instance reached its end.",
    "instance.terminated": "A process instance was ended from outside, or by its diagram.",
    "incident.created": "Something failed and waits for an operator.",
    "incident.resolved": "An incident is over.",
    "customer.created": "Somebody unknown became a provisional customer.",
    "customer.forgotten": "A customer was forgotten: whoever holds a copy has to let go of it too.",
    "customer.tier_changed": "A customer's tier is another than at the last scoring.",
    "case.opened": "A case was opened, for instance by a complaint.",
    "campaign.planned": "A campaign has a brief.",
    "campaign.released": "A campaign's release began.",
    "campaign.paused": "A campaign was paused.",
    "campaign.resumed": "A paused campaign goes on.",
    "campaign.stopped": "A campaign was stopped for good.",
    "campaign.measured": "A campaign's effect is known.",
    "webhook.test": "Sent by hand, to see whether a receiver works.",
}

# Named by the catalogue of the CRM; nothing here causes them yet. One may subscribe already.
COMING = {
    "case.breached": "A case missed its standard; comes with the problem processes.",
    "case.closed": "A case was closed; comes with the problem processes.",
    "mot.negative": "A moment of truth went wrong; comes with moments of truth.",
    "standard.signal": "A service standard is out of control; comes with the standards.",
}


def is_pattern(text: str) -> bool:
    """Whether somebody may subscribe to this: a type, `noun.*`, or `*`."""
    known = {**TYPES, **COMING}
    return text == "*" or text in known or text in {f"{name.split('.')[0]}.*" for name in known}


def matches(patterns: Iterable[str], kind: str) -> bool:
    """Whether an event of this type is meant by any of the patterns."""
    return any(each in ("*", kind, f"{kind.split('.')[0]}.*") for each in patterns)
