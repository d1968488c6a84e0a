"""What contacts add to the CRM."""

from typing import Final

from tasks.contacts.erasure import stop_unsent
from tasks.contacts.events import TYPES
from tasks.contacts.records import Contact, Message
from tasks.contacts.rests import Rest
from tasks.contacts.triggers import TRIGGERS
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="contacts",
    tables=(
        Contact,
        Message,
        Rest,
    ),
    triggers=TRIGGERS,
    events=TYPES,
    erasure=(stop_unsent,),
)
