"""What is wrong with resources, where, and what to do: what `peyvand check` shows.

Errors keep a resource from being deployed; warnings are advice. Knows no database: a name that is
not among the resources may be deployed already.
"""

from engine.lint.check import check

__all__ = ["check"]
