"""When a purchase begins: signals and windows of a customer in a category, and how it ended.

What a signal is worth and what follows from it stand in the tables D-04.
"""
