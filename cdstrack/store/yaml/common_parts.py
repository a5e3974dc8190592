"""What many targets of a large register have in common, kept once: a hundred thousand of them name
few units, bodies and deadlines."""

from __future__ import annotations

from datetime import date
from typing import TypeVar, cast

from cdstrack.core.model.fields import Bilingual, Model
from cdstrack.core.model.periods import Period

M = TypeVar("M", bound=Model)

MOST = 20_000
"""So many different parts are remembered; then it begins anew."""
_EMPTY: dict[type, object] = {list: [], dict: {}}
"""What is empty in every target. Models hold still, so that nobody fills it."""


class CommonParts:
    """The parts of models that were met; equal ones become one, to the letter."""

    def __init__(self) -> None:
        self._parts: dict[object, object] = {}

    def within(self, model: M) -> M:
        """A model that was just made and is nobody else's yet, its parts those met before."""
        fields = model.__dict__
        for name, value in fields.items():
            if value is not None and value is not True and value is not False:
                fields[name] = self._shared(value)
        keys = model.model_fields_set
        object.__setattr__(
            model, "__pydantic_fields_set__", self._one((set, frozenset(keys)), keys)
        )
        return model

    def _shared(self, value: object) -> object:
        kind = type(value)
        if kind is str or kind is date:
            return self._one((kind, value), value)
        if kind is Bilingual:
            text = cast(Bilingual, value)
            return self._one((kind, text.vi, text.en), self.within(text))
        if kind is Period:
            period = cast(Period, value)
            return self._one((kind, period.said, period.first, period.last), period)
        if kind in _EMPTY:
            if not value:
                return _EMPTY[kind]
            if kind is list:
                items = cast(list[object], value)
                items[:] = map(self._shared, items)
            return value
        return self.within(value) if isinstance(value, Model) else value

    def _one(self, key: object, value: object) -> object:
        if len(self._parts) > MOST:
            self._parts.clear()
        return self._parts.setdefault(key, value)
