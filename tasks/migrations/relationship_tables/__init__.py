"""Tables of the relationship with customers, in three groups."""
