"""Partners: what they did for us."""
