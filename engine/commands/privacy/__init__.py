"""Erase a person's data and take their name out of what is about others."""
