"""Pilots: a candidate version beside the current one for a share of the customers, compared."""
