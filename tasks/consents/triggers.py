"""Consents only grow, whoever writes."""

from typing import Final

from tasks.declare.trigger import Trigger

APPEND_ONLY = Trigger(
    name="consent",
    table="crm_consent",
    message="consents are append-only",
    condition="1 = 1",
    on=("UPDATE", "DELETE"),
)
TRIGGERS: Final = (APPEND_ONLY,)
