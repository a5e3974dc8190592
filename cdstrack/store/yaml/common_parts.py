"""What many targets of a large register have in common, kept once: a hundred thousand of them name
few units and bodies. (Days and figures are remembered where they are read, ``core.model.fields``.)
"""

from __future__ import annotations

from typing import TypeVar

from cdstrack.core.model.fields import Bilingual, Model

M = TypeVar("M", bound=Model)

MOST = 20_000
"""So many different words, and so many texts, are remembered; then it begins anew."""


class CommonParts:
    """The parts of models that were met; equal ones become one, to the letter."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._texts: dict[tuple[str, str], Bilingual] = {}
        self._keys: dict[type, set[str]] = {}
        """Of each kind of model the keys that the last one had."""

    def within(self, model: M) -> M:
        """A model that was just made and is nobody else's yet, its parts those met before."""
        words = self._words
        if len(words) > MOST:
            words.clear()
        fields, keys = model.__dict__, model.model_fields_set
        for name in keys:  # what was not given is the same in every model
            value = fields[name]
            kind = type(value)
            if kind is str:
                fields[name] = words.setdefault(value, value)
            elif kind is Bilingual:
                fields[name] = self._text(value)
            elif kind is list:
                value[:] = map(self._item, value)
            elif isinstance(value, Model):
                self.within(value)
        known = self._keys.get(type(model))
        if known == keys:
            object.__setattr__(model, "__pydantic_fields_set__", known)
        else:
            self._keys[type(model)] = keys
        return model

    def _item(self, value: object) -> object:
        if type(value) is str:
            return self._words.setdefault(value, value)
        if type(value) is Bilingual:
            return self._text(value)
        return self.within(value) if isinstance(value, Model) else value

    def _text(self, text: Bilingual) -> Bilingual:
        if len(self._texts) > MOST:
            self._texts.clear()
        key = (text.vi, text.en)
        known = self._texts.get(key)
        if known is None:
            known = self._texts[key] = self.within(text)
        return known
