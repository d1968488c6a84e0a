"""What approvals add to the CRM."""

from typing import Final

from tasks.approvals.records import Approval
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(name="approvals", tables=(Approval,))
