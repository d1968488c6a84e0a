"""What welcoming adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.welcoming.choice_reason import claims_made, keep_choice_reason, keep_reason_code
from tasks.welcoming.early_monitor import (
    add_points,
    begin_watch,
    first_use,
    hand_over_note,
    keep_intervention,
    read_encounter,
)
from tasks.welcoming.identify_new import compare_customer, connect_records, note_identified
from tasks.welcoming.shared_views import accept_goals, promise_feasible, propose_goals
from tasks.welcoming.welcome import close_welcome, keep_welcome_call, plan_welcome

SUBJECT: Final = Subject(
    name="welcoming",
    service_tasks=(
        accept_goals,
        add_points,
        begin_watch,
        claims_made,
        close_welcome,
        compare_customer,
        connect_records,
        first_use,
        hand_over_note,
        keep_choice_reason,
        keep_intervention,
        keep_reason_code,
        keep_welcome_call,
        note_identified,
        plan_welcome,
        promise_feasible,
        propose_goals,
        read_encounter,
    ),
)
