"""Improvements: one turn of the moments-of-truth cycle each."""
