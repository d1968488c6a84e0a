"""Our subclasses of SpiffWorkflow: secure parse, parser, specs, tokens, instance.

Reading order: `secure` (bytes to a tree), `parser` (tree to specs), `node` and the spec modules
(what an element does), `token` and `instance` (what a running process is made of).
"""
