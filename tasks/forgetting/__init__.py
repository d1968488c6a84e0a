"""Forget a person: their instances, their records, and every mention of them elsewhere.

What stays: a number without a name, amounts of purchases, who decided what on which contact, and
fingerprints of addresses (see `tasks.records.forgotten`), so that figures stay right and a file
does not bring the person back unseen.
"""

from tasks.forgetting.finding import Traces, traces
from tasks.forgetting.forget import CANCEL, REFUSE, Done, forget
from tasks.forgetting.person import Person, find

__all__ = ["CANCEL", "REFUSE", "Done", "Person", "Traces", "find", "forget", "traces"]
