"""What happens outside and is told to us (H-2): one front door, every event once."""

from tasks.events.catalogue import TYPES
from tasks.events.receiving import receive, tell_missed

__all__ = ["TYPES", "receive", "tell_missed"]
