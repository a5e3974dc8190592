"""Dataclasses that cost next to nothing to define: msgspec's structs under the standard names.

``dataclasses`` writes the methods of a class as text and compiles them, in every run and for each
class anew; of a short run that was a seventh. A struct has its methods from C, which also makes,
compares and copies its objects faster. To a type checker these are the standard library's names,
and all that the house uses of them holds: defaults, ``replace``, ``repr``, equality, hashing of
frozen ones, patterns, pickling. What only the standard library can do (``compare=False``,
``order``, fields that are not of ``__init__``) is taken from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import asdict, dataclass, field, fields, replace
else:
    from functools import partial

    from msgspec import Struct, field
    from msgspec.structs import asdict, fields, replace

    def dataclass(cls: type | None = None, /, *, slots: bool = False, **options: bool) -> Any:
        """A struct in the place of a class whose annotations are its fields.

        Without ``slots`` it has a ``__dict__`` besides, for what is worked out once and kept.
        """
        if cls is None:
            return partial(dataclass, slots=slots, **options)
        if issubclass(cls, Struct):  # by the class above it, with the options of that one
            return cls
        content = {
            name: value
            for name, value in vars(cls).items()
            if name not in ("__dict__", "__weakref__")
        }
        bases = (Struct, *(base for base in cls.__bases__ if base is not object))
        return type(Struct)(
            cls.__name__, bases, content, dict=not slots, weakref=not slots, **options
        )


__all__ = ["asdict", "dataclass", "field", "fields", "replace"]
