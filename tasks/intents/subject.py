"""What intents add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.intents.records import Intent, IntentSignal, WindowScan

SUBJECT: Final = Subject(
    name="intents",
    tables=(Intent, IntentSignal, WindowScan),
)
