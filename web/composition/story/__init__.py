"""The company at work, as a story: over HTTP and human tasks alone, on a clock of its own."""
