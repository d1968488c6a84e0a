"""Pages for customers and partners: without signing in, small, and usable without JavaScript."""
