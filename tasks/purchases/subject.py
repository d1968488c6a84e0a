"""What purchases add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.purchases.events import TYPES
from tasks.purchases.exports import EXPORTS
from tasks.purchases.imports import IMPORTS
from tasks.purchases.records import Transaction, TransactionLine
from tasks.purchases.together import OwnedTogether

SUBJECT: Final = Subject(
    name="purchases",
    tables=(
        OwnedTogether,
        Transaction,
        TransactionLine,
    ),
    events=TYPES,
    imports=IMPORTS,
    exports=EXPORTS,
)
