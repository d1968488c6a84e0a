"""What people are told about their tasks: in the page, and by e-mail as they wish."""

from web.notifications.keeping import (
    HOW,
    KINDS,
    Told,
    choices,
    choose,
    forget,
    latest,
    listen,
    mark_seen,
    tell,
    unseen,
)

__all__ = [
    "HOW",
    "KINDS",
    "Told",
    "choices",
    "choose",
    "forget",
    "latest",
    "listen",
    "mark_seen",
    "tell",
    "unseen",
]
