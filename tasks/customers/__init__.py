"""Customers, their addresses and identifiers."""
