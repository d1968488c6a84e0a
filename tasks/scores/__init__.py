"""What was worked out about each customer."""
