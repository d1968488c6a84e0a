"""Invoices: disputed, or their payment failed."""
