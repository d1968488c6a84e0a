"""A diagram's XML read into plain values: names, extensions, event definitions, flows."""
