"""Service standards: five parts, measurements, limits and signals."""
