"""What retention adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.retention.records import RetentionRule, RetentionRun
from tasks.retention.running import run_retention

SUBJECT: Final = Subject(
    name="retention",
    tables=(RetentionRule, RetentionRun),
    service_tasks=(run_retention,),
)
