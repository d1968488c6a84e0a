"""What one department learns and another should know."""
