"""Service tasks of the moments-of-truth cycle."""
