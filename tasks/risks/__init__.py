"""Customers who may be about to leave, and those in intensive care."""
