"""What happens outside and is told to us (H-2): one front door, every event once."""

from tasks.events.catalogue import TYPES
from tasks.events.receiving import receive, tell_missed
from tasks.events.sources import add_source, find_source, rotate_source, switch_source

__all__ = [
    "TYPES",
    "add_source",
    "find_source",
    "receive",
    "rotate_source",
    "switch_source",
    "tell_missed",
]
