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
from tasks.problems.by_law import (
    affected_by_incident,
    begin_incident_clock,
    begin_privacy_clock,
    close_by_law,
    extend_privacy_clock,
    open_review_case,
)
from tasks.problems.care import (
    begin_care,
    care_facts,
    end_care,
    extend_care,
    note_plan,
    note_week,
)
from tasks.problems.classify import classify
from tasks.problems.clock import next_update, start_clock
from tasks.problems.first_talk import join_case, settle
from tasks.problems.follow_up import close, note_call, note_cause, note_decision, take_up
from tasks.problems.recheck import note_recheck, plan_recheck
from tasks.problems.register import register
from tasks.problems.risk import (
    gather_signs,
    keep_risk_call,
    look_again,
    note_risk,
    weigh_risk,
)
from tasks.problems.risk_night import find_risks, note_outcomes

SUBJECT: Final = Subject(
    name="problems",
    service_tasks=(
        affected_by_incident,
        begin_incident_clock,
        begin_privacy_clock,
        close_by_law,
        extend_privacy_clock,
        open_review_case,
        begin_care,
        care_facts,
        check_effect,
        classify,
        close,
        end_care,
        extend_care,
        find_risks,
        gather_signs,
        join_case,
        keep_risk_call,
        list_causes,
        look_again,
        next_update,
        note_action,
        note_call,
        note_cause,
        note_decision,
        note_outcomes,
        note_plan,
        note_recheck,
        note_risk,
        note_root,
        note_week,
        plan_recheck,
        register,
        settle,
        start_clock,
        take_up,
        weigh_cause,
        weigh_risk,
    ),
)
