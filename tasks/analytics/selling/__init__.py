"""A10, A17 and A23 to A26: what to offer, what was not bought, what selling costs and wins."""
