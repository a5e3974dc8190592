"""The two catalogues, and sentences from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from importlib import import_module
from typing import Protocol, cast, get_args

from cdstrack.i18n import notation
from cdstrack.i18n.notation import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
_LAST = 1 << 12
"""So many texts of a kind are remembered."""


def language_of(environ: Mapping[str, str]) -> Language:
    """Vietnamese where the C library finds a locale ``vi*`` for messages, else English."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "vi" if locale.lower().startswith("vi") else "en"


class BilingualLike(Protocol):
    """A text that stands in both languages."""

    def to(self, lang: Language, /) -> str: ...


class Words:
    """Everything the program says, in one language.

    >>> Words("en")("days_left", days=1)
    '1 day left'
    """

    def __init__(self, lang: Language, *rooms: str) -> None:
        """``rooms``: catalogues beside the common one, for what few runs say."""
        self.lang = lang
        self._texts: Mapping[str, str] = import_module(f"cdstrack.i18n.{lang}").TEXTS
        for room in rooms:
            more = import_module(f"cdstrack.i18n.{room}_{lang}").TEXTS
            self._texts = {**self._texts, **more}
        self._count = notation.CountVi if lang == "vi" else notation.Count
        self.number = partial(notation.number, lang=lang)
        self.day = partial(notation.day, lang=lang)
        # Thousands of bodies have the same share of the way, the same days and deadlines.
        memory = lru_cache(_LAST)
        self.percent = memory(partial(notation.percent, lang=lang))
        self.period = memory(partial(notation.period, lang=lang))
        missing = self._texts["no_deadline"]
        self.deadline = memory(partial(notation.deadline, lang=lang, missing=missing))

    def __call__(self, key: str, /, **facts: object) -> str:
        """The text for a key, with its facts as this language writes them."""
        text = self._texts[key]
        if not facts:
            return text.format() if "{" in text else text
        for fact in facts.values():
            if type(fact) is not str:
                break
        else:  # most are texts
            return text.format(**facts)
        return text.format(**{name: self._text(fact, facts) for name, fact in facts.items()})

    def sentence(self, key: str) -> Callable[..., str]:
        """What makes the text for a key, for whoever says it often: its facts are texts."""
        return self._texts[key].format

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """All texts that name no facts, as they are said."""
        texts = {}
        for key, text in self._texts.items():
            with suppress(KeyError, IndexError):
                texts[key] = text.format() if "{" in text else text
        return texts

    def has(self, key: str) -> bool:
        return key in self._texts

    def choice(self, items: Iterable[str]) -> str:
        """``a, b or c``; a dash for nothing."""
        *first, last = [*items] or ["–"]
        return f"{', '.join(first)} {self._texts['or']} {last}" if first else last

    def _text(self, fact: object, facts: Mapping[str, object]) -> object:
        """A fact as this language writes it, told apart from the other facts of its sentence."""
        if type(fact) is str:  # most are
            return fact
        match fact:
            case bool():
                return self._texts["yes" if fact else "no"]
            case int():
                return self._count(fact)
            case Decimal():
                limits = [
                    limit
                    for limit in facts.values()
                    if isinstance(limit, Decimal) and limit != fact
                ]
                return self.number(fact, places=2, limits=limits)
            case date():
                return self.day(fact)
            case str():
                return fact
            case list() | tuple():
                return self.choice(str(item) for item in fact)
            case None:
                return "–"
        # To ask a Protocol is to look at every member of it: only what a type has is asked for.
        if hasattr(fact, "precision"):
            return self.period(fact)
        if hasattr(fact, "to"):
            return cast(BilingualLike, fact).to(self.lang)
        return fact
