"""What consents add to the CRM."""

from typing import Final

from tasks.consents.records import Consent, ConsentText, Preference
from tasks.consents.triggers import TRIGGERS
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="consents",
    tables=(
        Consent,
        ConsentText,
        Preference,
    ),
    triggers=TRIGGERS,
)
