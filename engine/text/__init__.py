"""Letters, numbers, dates, money and addresses as people write them in their language.

Pure functions over a language code ("en", "fa", "lt"): pages, forms, imports and searches share
them. What can be read in two ways is refused with the reason. Knows no request, clock or database.
"""

from engine.text.unreadable import Unreadable

__all__ = ["Unreadable"]
