"""What pages and both APIs read of the records: customers, outbox, webhooks."""
