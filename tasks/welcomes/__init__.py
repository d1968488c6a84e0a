"""The first 90 days of a customer: the plan, and what was seen."""
