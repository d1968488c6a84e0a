"""The unit of work of a command: load instances, collect changes, write them once."""
