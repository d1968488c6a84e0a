"""What managing problems adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.problems.analysis import (
    check_effect,
    list_causes,
    note_action,
    note_root,
    weigh_cause,
)
from tasks.problems.classify import classify
from tasks.problems.clock import next_update, start_clock
from tasks.problems.first_talk import join_case, settle
from tasks.problems.follow_up import close, note_call, note_cause, note_decision, take_up
from tasks.problems.recheck import note_recheck, plan_recheck
from tasks.problems.register import register

SUBJECT: Final = Subject(
    name="problems",
    service_tasks=(
        check_effect,
        classify,
        close,
        join_case,
        list_causes,
        next_update,
        note_action,
        note_call,
        note_cause,
        note_decision,
        note_recheck,
        note_root,
        plan_recheck,
        register,
        settle,
        start_clock,
        take_up,
        weigh_cause,
    ),
)
