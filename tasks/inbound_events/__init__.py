"""What happens outside and is told to us and kept once."""

from tasks.inbound_events.processes import Processes
from tasks.inbound_events.receiving import receive, tell_missed
from tasks.inbound_events.sources import add_source, find_source, rotate_source, switch_source

__all__ = [
    "Processes",
    "add_source",
    "find_source",
    "receive",
    "rotate_source",
    "switch_source",
    "tell_missed",
]
