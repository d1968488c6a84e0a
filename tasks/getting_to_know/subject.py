"""What getting to know customers adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.getting_to_know.answers import keep_answer
from tasks.getting_to_know.asking import find_survey_due, invite, keep_silence, note_invitation
from tasks.getting_to_know.checking import (
    find_health_due,
    judge_health,
    keep_health_talk,
    look_at_health,
)
from tasks.getting_to_know.favours import may_ask_favour, note_favour
from tasks.getting_to_know.keys import (
    find_key_candidates,
    keep_candidates,
    keep_key_status,
    prepare_committee,
)
from tasks.getting_to_know.loop import close_loop, join_conversation, open_case
from tasks.getting_to_know.partnering import (
    find_partners_due,
    keep_partner_review,
    partner_facts,
)
from tasks.getting_to_know.promising import find_promises_due, note_promise, promise_facts
from tasks.getting_to_know.quarter import keep_insights, read_quarter
from tasks.getting_to_know.questions import (
    info_gaps,
    keep_question_set,
    place_question,
    question_set,
)
from tasks.getting_to_know.trusting import (
    find_trust_due,
    keep_repair,
    trust_facts,
    work_out_trust,
)

SUBJECT: Final = Subject(
    name="getting_to_know",
    service_tasks=(
        close_loop,
        find_health_due,
        find_key_candidates,
        find_partners_due,
        find_promises_due,
        find_survey_due,
        find_trust_due,
        info_gaps,
        invite,
        join_conversation,
        judge_health,
        keep_answer,
        keep_candidates,
        keep_health_talk,
        keep_insights,
        keep_key_status,
        keep_partner_review,
        keep_question_set,
        keep_repair,
        keep_silence,
        look_at_health,
        may_ask_favour,
        note_favour,
        note_invitation,
        note_promise,
        open_case,
        partner_facts,
        place_question,
        prepare_committee,
        promise_facts,
        question_set,
        read_quarter,
        trust_facts,
        work_out_trust,
    ),
)
