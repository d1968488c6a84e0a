"""What happens differently between two versions of files: diagrams, decision tables, forms.

for change in difference.compare(old, new):
    change.kind, change.name, change.old, change.new     # values; who shows them finds the words

Moved shapes and a file written by another tool are no change; a text is one without effect.
"""

from engine.difference.change import Area, Change
from engine.difference.compare import compare

__all__ = ["Area", "Change", "compare"]
