"""What customers add to the CRM."""

from typing import Final

from tasks.customers.erasure import note_erased
from tasks.customers.events import TYPES
from tasks.customers.exports import EXPORTS
from tasks.customers.imports import IMPORTS
from tasks.customers.lifecycle import LifecycleChange
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.declare.search import Searched
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="customers",
    tables=(
        Customer,
        ContactPoint,
        Identifier,
        LifecycleChange,
    ),
    searches=(
        Searched("crm_customer", ("search_name",)),
        Searched("crm_contact_point", ("search_value", "key")),
    ),
    events=TYPES,
    webhooks={
        "customer.created": "Somebody unknown became a provisional customer.",
        "customer.forgotten": (
            "A customer was forgotten: whoever holds a copy has to let go of it too."
        ),
    },
    imports=IMPORTS,
    exports=EXPORTS,
    erasure=(note_erased,),
)
