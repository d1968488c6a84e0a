"""Policy values: numbers people may change."""
