"""One conversation per matter, over all channels."""
