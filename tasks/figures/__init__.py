"""Figures of the company as they were on a day, kept for the pages that show them."""
