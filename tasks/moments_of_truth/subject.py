"""What the moments-of-truth cycle adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.moments_of_truth.causes import note_causes, show_where
from tasks.moments_of_truth.effect import close, measure_effect, note_effect, turn_again
from tasks.moments_of_truth.embedding import embed, whom_to_tell
from tasks.moments_of_truth.expectations import keep_expectation
from tasks.moments_of_truth.kudos import keep_kudos
from tasks.moments_of_truth.noting import keep, read, write_down
from tasks.moments_of_truth.service_cycle import begin, discover, keep_touchpoint, rank
from tasks.moments_of_truth.solutions import note_solution, weigh_options
from tasks.moments_of_truth.trial import compare_weeks, note_verdict, plan_trial

SUBJECT: Final = Subject(
    name="moments_of_truth",
    service_tasks=(
        begin,
        close,
        compare_weeks,
        discover,
        embed,
        keep,
        keep_expectation,
        keep_kudos,
        keep_touchpoint,
        measure_effect,
        note_causes,
        note_effect,
        note_solution,
        note_verdict,
        plan_trial,
        rank,
        read,
        show_where,
        turn_again,
        weigh_options,
        whom_to_tell,
        write_down,
    ),
)
