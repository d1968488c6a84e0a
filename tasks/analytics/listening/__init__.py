"""A6 and A7: what customers say, where we fall short of what they expect, what keeps them."""
