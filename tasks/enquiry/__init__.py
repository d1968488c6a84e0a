"""Enquiries: leads from the first word until they are won or lost."""
