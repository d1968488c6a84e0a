"""A8, A19, A20 and A22: how complaints, processes and the people in them fare."""
