"""Where customers meet us, in their order."""
