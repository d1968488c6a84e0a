"""What customers expect, and the goals they share with us."""
