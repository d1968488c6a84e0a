"""Offers that campaigns make."""
