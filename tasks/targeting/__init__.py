"""Service tasks of targeting: whom to contact, with what, and whether it had an effect."""
