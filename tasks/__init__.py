"""What the CRM does: service tasks and the records they act on. Knows no web."""
