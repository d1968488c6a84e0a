"""What a permission rests on only grows, and is never without evidence, whoever writes."""

from typing import Final

from tasks.declare.trigger import Trigger

GROUNDS = Trigger(
    name="permission_ground",
    table="crm_permission_ground",
    message="what a permission rests on is append-only",
    condition="1 = 1",
    on=("UPDATE", "DELETE"),
)
EVIDENCE = Trigger(
    name="permission_evidence",
    table="crm_permission_ground",
    message="a basis needs its evidence, and what was asked for once an end",
    condition="NEW.evidence = '' OR (NEW.basis = 'asked_once' AND NEW.until IS NULL)",
    on=("INSERT",),
)
OBJECTIONS = Trigger(
    name="objection",
    table="crm_objection",
    message="objections are append-only",
    condition="1 = 1",
    on=("UPDATE", "DELETE"),
)
TRIGGERS: Final = (GROUNDS, EVIDENCE, OBJECTIONS)
