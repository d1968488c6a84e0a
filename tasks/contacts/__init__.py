"""The contact ledger, the messages that went out, and reactions to them."""
