"""The contact gate's service tasks: facts, the ledger slot, delivery, the record.

Whether a contact is made is decided by the tables D-01 and D-02 in processes/shared.
"""
