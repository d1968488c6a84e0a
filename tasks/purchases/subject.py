"""What purchases add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.purchases.events import TYPES
from tasks.purchases.exports import EXPORTS
from tasks.purchases.imports import IMPORTS
from tasks.purchases.records import Transaction, TransactionLine

SUBJECT: Final = Subject(
    name="purchases",
    tables=(
        Transaction,
        TransactionLine,
    ),
    events=TYPES,
    imports=IMPORTS,
    exports=EXPORTS,
)
