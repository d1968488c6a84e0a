"""A9, A12, A16 and A21: what our contacts do to people, and what they bring."""
