"""Forms of processes on pages: what to draw, and what a browser sent."""
