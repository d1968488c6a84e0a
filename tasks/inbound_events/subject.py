"""What inbound events add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.inbound_events.erasure import empty_events
from tasks.inbound_events.records import Event, EventSource

SUBJECT: Final = Subject(
    name="inbound_events",
    tables=(
        Event,
        EventSource,
    ),
    erasure=(empty_events,),
)
