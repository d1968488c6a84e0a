"""What cases add to the CRM."""

from typing import Final

from tasks.cases.erasure import close_open
from tasks.cases.events import TYPES
from tasks.cases.records import Case
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="cases",
    tables=(Case,),
    events=TYPES,
    webhooks={"case.opened": "A case was opened, for instance by a complaint."},
    webhooks_to_come={
        "case.breached": "A case missed its standard; comes with the problem processes.",
        "case.closed": "A case was closed; comes with the problem processes.",
        "mot.negative": "A moment of truth went wrong; comes with moments of truth.",
        "standard.signal": "A service standard is out of control; comes with the standards.",
    },
    erasure=(close_open,),
)
