"""Our subclasses of SpiffWorkflow: secure parse, parser, specifications, tokens, instance.

Reading order: `parse.secure` (bytes to a tree), `parser` (tree to specifications), `elements.node`
and its neighbours (what an element does), `execution.token` and `instance` (a running process).
"""
