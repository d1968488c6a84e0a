"""A13, control charts: does a standard move, or is it only its usual noise?"""
