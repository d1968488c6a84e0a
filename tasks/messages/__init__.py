"""Messages from one process to another."""
