"""Answers to surveys."""
