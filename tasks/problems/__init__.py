"""Managing problems: complaints are received, followed up, decided and closed."""
