"""Opportunities and the offers made for them, version by version."""
