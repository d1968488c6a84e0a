"""Customers who left: why, in which state, and what was tried."""
