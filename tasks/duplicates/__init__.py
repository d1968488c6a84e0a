"""Duplicates: records that may be one customer, merged so that it can be undone."""
