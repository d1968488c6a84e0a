"""What managing problems adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.problems.classify import classify
from tasks.problems.clock import next_update, start_clock
from tasks.problems.first_talk import join_case, settle
from tasks.problems.follow_up import close, note_call, note_cause, note_decision, take_up
from tasks.problems.register import register

SUBJECT: Final = Subject(
    name="problems",
    service_tasks=(
        classify,
        close,
        join_case,
        next_update,
        note_call,
        note_cause,
        note_decision,
        register,
        settle,
        start_clock,
        take_up,
    ),
)
