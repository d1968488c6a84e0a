"""What conversations add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.targeting.conversation.answering import (
    close_conversation,
    keep_answer,
    open_question,
    pass_on,
)
from tasks.targeting.conversation.matching import cancel_pending, match_conversation

SUBJECT: Final = Subject(
    name="conversation",
    service_tasks=(
        cancel_pending,
        close_conversation,
        keep_answer,
        match_conversation,
        open_question,
        pass_on,
    ),
)
