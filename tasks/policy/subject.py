"""What policy add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.policy.records import PolicyValue

SUBJECT: Final = Subject(
    name="policy",
    tables=(PolicyValue,),
)
