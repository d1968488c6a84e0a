"""Forget a person: their instances, their records, and every mention of them elsewhere.

What stays: a number without a name, amounts of purchases, who decided what on which contact, and
fingerprints of addresses (see `tasks.privacy.fingerprints`), so that figures stay right and a file
does not bring the person back unseen.
"""

from tasks.privacy.erase import CANCEL, REFUSE, Done, forget
from tasks.privacy.held import held
from tasks.privacy.person import Person, find, whose
from tasks.privacy.traces import Traces, traces

__all__ = [
    "CANCEL",
    "REFUSE",
    "Done",
    "Person",
    "Traces",
    "find",
    "forget",
    "held",
    "traces",
    "whose",
]
