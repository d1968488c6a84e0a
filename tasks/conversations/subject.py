"""What conversations add to the CRM."""

from typing import Final

from tasks.conversations.records import Conversation
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(name="conversations", tables=(Conversation,))
