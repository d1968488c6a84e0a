"""Win-back: why customers left, a goodbye with dignity, and who is won back and how."""
