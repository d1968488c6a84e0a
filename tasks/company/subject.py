"""What the company as a whole adds to the CRM."""

from typing import Final

from tasks.company.assessing import close_assessment, measure_activities, open_assessment
from tasks.company.insights import find_insights, keep_insight, note_passed, read_insight
from tasks.company.quick_fixes import keep_quick_fix, list_quick_fixes
from tasks.company.records import AssessedActivity, QuickFix, SelfAssessment
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="company",
    tables=(QuickFix, SelfAssessment, AssessedActivity),
    service_tasks=(
        close_assessment,
        find_insights,
        keep_insight,
        keep_quick_fix,
        list_quick_fixes,
        measure_activities,
        note_passed,
        open_assessment,
        read_insight,
    ),
)
