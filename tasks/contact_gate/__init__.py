"""The contact gate's service tasks: facts, the ledger slot, delivery, the record (H-4).

Whether a contact is made is decided by the tables D-01 and D-02 in processes/shared; nothing here
decides it a second time.
"""

from tasks.contact_gate.delivery import deliver
from tasks.contact_gate.facts import gather_facts
from tasks.contact_gate.ledger import record, reserve_slot

__all__ = ["deliver", "gather_facts", "record", "reserve_slot"]
