"""What customer development adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.development.ownership import make_owner, name_owner, ownership_facts

SUBJECT: Final = Subject(
    name="development", service_tasks=(make_owner, name_owner, ownership_facts)
)
