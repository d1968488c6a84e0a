"""Customer lifetime value where nobody has a contract: who still buys, how often, for how much."""
