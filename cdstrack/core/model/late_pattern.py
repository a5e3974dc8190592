"""Regular expressions that are compiled when they are first asked.

For those that most runs never ask: to compile one takes longer than to judge a target.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

_METHODS = ("finditer", "findall", "fullmatch", "match", "search", "split", "sub")


class _LatePattern:
    """A pattern, with none of its methods until one is asked for."""

    def __init__(self, text: str, flags: int = 0) -> None:
        self._source = text, flags

    def __getattr__(self, name: str) -> Any:
        pattern = re.compile(*self._source)
        for method in _METHODS:
            setattr(self, method, getattr(pattern, method))
        return getattr(pattern, name)


if TYPE_CHECKING:
    late_pattern = re.compile
else:
    late_pattern = _LatePattern
