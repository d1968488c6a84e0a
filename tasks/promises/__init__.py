"""What we promised a customer, and whether it was kept."""
