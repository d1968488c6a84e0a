"""What was said between customers and us, on any channel."""
