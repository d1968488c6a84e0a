"""The people we deal with at a customer's."""
