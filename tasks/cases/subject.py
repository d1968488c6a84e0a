"""What cases add to the CRM."""

from typing import Final

from tasks.cases.analyses import Action, RootCause
from tasks.cases.causes import Cause, Recurrence
from tasks.cases.decisions import CaseAnswer, CaseDecision
from tasks.cases.erasure import close_open
from tasks.cases.events import TYPES
from tasks.cases.rechecks import CaseRecheck
from tasks.cases.records import Case
from tasks.cases.triggers import TRIGGERS
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="cases",
    tables=(
        Cause,
        Case,
        Recurrence,
        CaseDecision,
        CaseAnswer,
        CaseRecheck,
        RootCause,
        Action,
    ),
    triggers=TRIGGERS,
    events=TYPES,
    webhooks={
        "case.opened": "A case was opened, for instance by a complaint.",
        "case.closed": "A case was closed; the event says how.",
    },
    webhooks_to_come={
        "case.breached": "A case missed its standard; comes with the standards.",
    },
    erasure=(close_open,),
)
