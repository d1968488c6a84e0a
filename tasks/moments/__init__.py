"""Moments of truth: encounters against what was expected, and praise for people."""
