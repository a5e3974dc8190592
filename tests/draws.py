"""How many examples a property test draws, and what from."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

FEW = os.environ.get("CDSTRACK_EXAMPLES") == "few"
"""Whether ten examples do, as where other versions of what we depend on are tried."""
MANY = os.environ.get("CDSTRACK_EXAMPLES") == "many"
"""Whether twenty times as many do, to look for what is rare after a change of the rules."""
CI = bool(os.environ.get("CI"))
"""Whether every run draws the same examples: a third of them do, for more runs find no more."""


def examples(number: int) -> settings:
    """``@examples(300)`` above ``@given``, where the usual hundred are too few or too many."""
    if FEW:
        return settings(max_examples=min(number, 10))
    if MANY:
        return settings(max_examples=20 * number)
    return settings(max_examples=max(number // 3, 10) if CI else number)


@lru_cache(maxsize=None, typed=True)
def among(*values: Any) -> st.SearchStrategy[Any]:
    """One of these, for what is drawn within another: to make a strategy anew for each example
    takes longer than to draw from it."""
    return st.sampled_from(values)
