"""Customer development: who is responsible for a customer, and how customers grow."""
