"""Competitors that customers speak of."""
