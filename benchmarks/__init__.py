"""The figures of the docs: a module has `report()`, lines of text, or `run()`, rows of figures."""
