"""What conversations add to the CRM."""

from typing import Final

from tasks.conversations.records import Conversation
from tasks.declare.record_kind import RecordKind
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="conversations",
    tables=(Conversation,),
    records=(RecordKind("conversations", Conversation),),
)
