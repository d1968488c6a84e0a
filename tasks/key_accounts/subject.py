"""What key accounts add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.key_accounts.records import AccountPlan, AccountReview, KeyStatus

SUBJECT: Final = Subject(
    name="key_accounts",
    tables=(
        AccountPlan,
        AccountReview,
        KeyStatus,
    ),
)
