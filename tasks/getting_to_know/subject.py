"""What getting to know customers adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.getting_to_know.answers import keep_answer
from tasks.getting_to_know.asking import find_survey_due, invite, keep_silence, note_invitation
from tasks.getting_to_know.favours import may_ask_favour, note_favour
from tasks.getting_to_know.loop import close_loop, join_conversation, open_case

SUBJECT: Final = Subject(
    name="getting_to_know",
    service_tasks=(
        close_loop,
        find_survey_due,
        invite,
        join_conversation,
        keep_answer,
        keep_silence,
        may_ask_favour,
        note_favour,
        note_invitation,
        open_case,
    ),
)
