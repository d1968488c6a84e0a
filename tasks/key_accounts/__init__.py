"""Which customers are key, until when, and their plans."""
