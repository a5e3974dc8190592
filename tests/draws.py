"""How many examples a property test draws."""

from __future__ import annotations

import os

from hypothesis import settings

FEW = os.environ.get("CDSTRACK_EXAMPLES") == "few"
"""Whether ten examples do, as where other versions of what we depend on are tried."""


def examples(number: int) -> settings:
    """``@examples(300)`` above ``@given``, where the usual hundred are too few or too many."""
    return settings(max_examples=min(number, 10) if FEW else number)
