"""Approvals as records: who approved what, bound to what it said at that moment."""
