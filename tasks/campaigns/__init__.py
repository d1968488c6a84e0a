"""Campaigns, their members and their status."""
