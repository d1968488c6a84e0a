"""A11, pilots: who gets the new way, how many are needed, what the difference is, when to stop."""
