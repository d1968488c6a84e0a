"""Notes about customers: what helps in working together."""
