"""How seldom Python's collector looks for objects in cycles. Pure."""

from typing import Final

#: How many new objects there are until it looks at them, instead of 700: of those of a page, or of
#: a batch that is stored, hardly any are in cycles.
YOUNG_OBJECTS: Final = 50_000
