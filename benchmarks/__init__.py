"""The figures of the docs: each module has `run()`, answering rows of name, value and unit."""
