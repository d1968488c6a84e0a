"""Notes to colleagues about tasks that wait too long."""
