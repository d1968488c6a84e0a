"""What win-back adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.win_back.cohort import draw_cohort, measure_cohort
from tasks.win_back.history import pack_history
from tasks.win_back.lapse_reason import keep_lapse_reason, note_lapse, stop_selling
from tasks.win_back.programme import (
    keep_reaction,
    note_attempt,
    other_channel,
    programme_facts,
)
from tasks.win_back.register import (
    check_consents,
    keep_goodbye,
    keep_longer,
    note_state,
    open_lapsed_record,
)
from tasks.win_back.selection import find_lapsed, keep_choices, keep_decisions
from tasks.win_back.silence import find_silent
from tasks.win_back.welcome_back import (
    judge_cured,
    keep_talk,
    look_how_it_goes,
    read_touch,
    recall_history,
    watch_cause,
)

SUBJECT: Final = Subject(
    name="win_back",
    service_tasks=(
        check_consents,
        draw_cohort,
        find_lapsed,
        find_silent,
        judge_cured,
        keep_choices,
        keep_decisions,
        keep_goodbye,
        keep_lapse_reason,
        keep_longer,
        keep_reaction,
        keep_talk,
        look_how_it_goes,
        measure_cohort,
        note_attempt,
        note_lapse,
        note_state,
        open_lapsed_record,
        other_channel,
        pack_history,
        programme_facts,
        read_touch,
        recall_history,
        stop_selling,
        watch_cause,
    ),
)
