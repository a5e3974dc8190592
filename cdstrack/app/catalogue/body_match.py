"""Which body a table means: one of the register, one met before, or a new one."""

from __future__ import annotations

from collections.abc import Mapping

from cdstrack.app.catalogue.title_ids import TitleIds
from cdstrack.core.model.entries import Body
from cdstrack.core.model.naming import NameIndex, bare, is_marked, legible, spelt
from cdstrack.i18n.commitment_words import initials, is_short


class BodyMatch:
    """The bodies of a draft by the names that offices write.

    A name is looked up as everywhere (exact before folded), then by initials: “Bộ TT&TT”, “BTTTT”
    and “Bộ Thông tin và Truyền thông” are one.
    """

    def __init__(self, bodies: Mapping[str, Body], ids: TitleIds) -> None:
        self._ids = ids
        self.new: dict[str, str] = {}
        """The names of bodies that the register has not, by their new ids."""
        names: dict[str, tuple[str, ...]] = {}
        for key, body in bodies.items():
            short = [body.short.vi, body.short.en] if body.short is not None else []
            names[key] = (key, body.name.vi, body.name.en, *short)
        self._index = NameIndex(names.items())
        self._before: dict[str, str] = {}
        """The bodies of names that were met before, ready to compare."""
        self._short: dict[str, set[str]] = {}
        """The bodies by the initials of their names."""
        self._in_full: set[str] = set()
        """The bodies with a name that is not shortened."""
        for key, forms in names.items():
            for name in forms[1:]:
                self._keep(key, name)

    def find(self, name: str) -> str:
        """The id of the body of a name; a new one where nothing has it."""
        text = legible(name)
        if spelt(text) not in self._before:
            self._before[spelt(text)] = self._find(text)
        return self._before[spelt(text)]

    def _find(self, text: str) -> str:
        matches = self._index.look_up(text)
        if len(matches) == 1:
            return matches[0]
        if not is_marked(text) and f"={bare(text)}" in self._before:
            return self._before[f"={bare(text)}"]
        near = self._short.get(initials(text), set())
        if len(near) == 1 and (is_short(text) or not near <= self._in_full):
            (match,) = near
            if match in self.new and not is_short(text):
                self.new[match] = text
            self._keep(match, text)
            return match
        new = self._ids.new(text, "body")
        self.new[new] = text
        self._before[f"={bare(text)}"] = new
        self._keep(new, text)
        return new

    def _keep(self, key: str, name: str) -> None:
        if len(short := initials(name)) > 1:
            self._short.setdefault(short, set()).add(key)
        if not is_short(name):
            self._in_full.add(key)
