"""Enquiries: somebody may want to buy."""
