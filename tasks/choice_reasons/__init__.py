"""Why customers chose us, in their words and as a code."""
