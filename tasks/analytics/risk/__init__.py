"""A5, the risk that a customer leaves: from points to a probability, and how good that was."""
