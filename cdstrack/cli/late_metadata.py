"""``importlib.metadata``, which is not loaded before somebody asks it something.

pydantic imports it to look for plugins, and does not look for any (``cdstrack.cli``). It brings
along the standard library's e-mail, sockets and archives: a tenth of a short run.
"""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType
from typing import Any

NAME = "importlib.metadata"


def put_off_metadata() -> None:
    """Have the module loaded late in this process, if it is not loaded already."""
    if NAME not in sys.modules:
        module = _LateMetadata(NAME)
        module.__path__ = [f"{folder}{os.sep}metadata" for folder in importlib.__path__]
        sys.modules[NAME] = module


class _LateMetadata(ModuleType):
    """Gives way to the module itself for everything, but that one function is there before."""

    def entry_points(self, **parameters: Any) -> Any:
        return self._real().entry_points(**parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)

    def _real(self) -> Any:
        if sys.modules.get(NAME) is self:
            del sys.modules[NAME]
        return importlib.import_module(NAME)
