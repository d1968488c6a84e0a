"""What one step of a running process holds: tokens, variable scopes, limits, what changed."""
