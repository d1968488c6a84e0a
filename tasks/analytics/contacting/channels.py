"""A21, whom we may reach on which channel, and whether preferences were respected.

A permission that was never given is no loss: silence is not denied. Compliance is 100 % or there is
an incident to look for. Not a target for collecting consents.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.analytics.estimate import Estimate
from tasks.analytics.proportion import proportion


@dataclass(frozen=True, slots=True)
class Permission:
    """One customer, channel and purpose at the beginning and at the end of a period."""

    channel: str
    purpose: str
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Base:
    """The permitted base of a channel and purpose at the end, and what came and went."""

    channel: str
    purpose: str
    permitted: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One contact: whether it was permitted at that moment, and whether somebody reacted."""

    channel: str
    permitted: bool
    responded: bool


def bases(permissions: Iterable[Permission]) -> list[Base]:
    """Return the permitted base of each channel and purpose."""
    groups: dict[tuple[str, str], list[Permission]] = {}
    for permission in permissions:
        groups.setdefault((permission.channel, permission.purpose), []).append(permission)
    return [
        Base(
            channel,
            purpose,
            permitted=sum(p.after for p in own),
            gained=sum(p.after and not p.before for p in own),
            lost=sum(p.before and not p.after for p in own),
        )
        for (channel, purpose), own in sorted(groups.items())
    ]


def compliance(contacts: Iterable[Sent]) -> Estimate | None:
    """Return the share of contacts that were permitted when they were sent."""
    known = [contact.permitted for contact in contacts]
    return proportion(sum(known), len(known))


def response(contacts: Iterable[Sent]) -> dict[str, Estimate]:
    """Return the share of contacts of each channel that somebody reacted to."""
    groups: dict[str, list[bool]] = {}
    for contact in contacts:
        groups.setdefault(contact.channel, []).append(contact.responded)
    found = {channel: proportion(sum(own), len(own)) for channel, own in sorted(groups.items())}
    return {channel: share for channel, share in found.items() if share is not None}


def individual_share(individual: int, contacts: int) -> Estimate | None:
    """Return the share of contacts whose content was chosen for this one customer."""
    return proportion(individual, contacts)
