"""Which body a table means: one of the register, one met before, or a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cdstrack.app.catalogue.title_ids import TitleIds
from cdstrack.core.model.entries import Body
from cdstrack.core.model.naming import legible, look_up, spelt
from cdstrack.i18n.commitment_words import initials, is_short


class BodyMatch:
    """The bodies of a draft by the names that offices write.

    A name is looked up as everywhere (exact before folded), then by initials: “Bộ TT&TT”, “BTTTT”
    and “Bộ Thông tin và Truyền thông” are one.
    """

    def __init__(self, bodies: Mapping[str, Body], ids: TitleIds) -> None:
        self._ids = ids
        self._names: dict[str, tuple[str, ...]] = {}
        self.new: dict[str, str] = {}
        """The names of bodies that the register has not, by their new ids."""
        self._known: dict[str, str] = {}
        self._initials: dict[str, set[str]] = {}
        for key, body in bodies.items():
            short = getattr(body, "short", None)
            names = [body.name.vi, body.name.en, *([short.vi, short.en] if short else [])]
            self._keep(key, [key, *names])

    def find(self, name: str) -> str:
        """The id of the body of a name; a new one where nothing has it."""
        text = legible(name)
        key = spelt(text)
        if key not in self._known:
            self._known[key] = self._find(text)
        return self._known[key]

    def _find(self, text: str) -> str:
        matches = look_up(text, self._names.items())
        if len(matches) == 1:
            return matches[0]
        by_initials = self._initials.get(initials(text), set())
        short_names = any(is_short(name) for key in by_initials for name in self._names[key])
        if len(by_initials) == 1 and (is_short(text) or short_names):
            (match,) = by_initials
            if match in self.new and is_short(self.new[match]) and not is_short(text):
                self.new[match] = text
            self._keep(match, [*self._names[match], text])
            return match
        new = self._ids.new(text, "body")
        self.new[new] = text
        self._keep(new, [new, text])
        return new

    def _keep(self, key: str, names: Iterable[str]) -> None:
        self._names[key] = tuple(dict.fromkeys(names))
        for name in self._names[key]:
            if name != key and len(short := initials(name)) > 1:
                self._initials.setdefault(short, set()).add(key)
