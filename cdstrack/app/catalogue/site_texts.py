"""What an Open SDG site says in words: metadata, configuration and translations, by indicator."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from cdstrack.core.model.naming import legible
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.model.work import Work
from cdstrack.i18n.notation import Language
from cdstrack.store.yaml.site_folder import SiteFaultError, SiteFolder, SiteText

LONGEST = 900
"""Characters of a text that are kept."""
FOLDERS = ("meta", "indicator-config")
"""Where an indicator's own files are; the first that says something is heard."""
LANGUAGES: tuple[Language, ...] = ("vi", "en")
_STEM = re.compile(r"(?:indicator_)?([\w.]+(?:-[\w.]+)+)", re.ASCII)
_KEY = re.compile(r"([\w-]+)\.([\w -]{1,80})", re.ASCII)
_TAG = re.compile(r"<[^>]{0,500}>")


def stem_of(path: str, *suffixes: str) -> str | None:
    """The indicator that a file is about: ``meta/1-1-1.md`` is 1-1-1."""
    name = path.rpartition("/")[2]
    for suffix in suffixes:
        if name.lower().endswith(suffix):
            match = _STEM.fullmatch(name[: -len(suffix)])
            return match[1] if match is not None else None
    return None


def as_text(value: object) -> str:
    """A value of metadata as one line without markup; empty where nothing is written."""
    if not isinstance(value, str):
        return ""
    plain = re.sub(r"[#*]{2,}|<br */?>", " ", value)
    text = legible(" ".join(html.unescape(_TAG.sub(" ", plain)).split()))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


@dataclass(slots=True)
class SiteIndicator:
    """What the files of one indicator say, the first of them that says something first."""

    stem: str
    texts: dict[str, object] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    """Of each key the file and the line."""
    translations: dict[Language, Mapping[str, object]] = field(default_factory=dict)
    """What it says in further languages."""

    def place(self, *names: str) -> str:
        """Where the first of these keys stands, else the file."""
        return next((self.places[name] for name in (*names, "") if name in self.places), "")


class SiteTexts:
    """All texts of a site, and what its translations make of them; ``work`` counts their files."""

    def __init__(self, folder: SiteFolder, work: Work) -> None:
        self.folder, self._work = folder, work
        self.faults: list[tuple[str, SiteFaultError]] = []
        """The files that are not read, or not to their end."""
        self.config = self._read("config_data.yml", "data_config.yml")
        self.site = self._read("_data/site_config.yml", "site_config.yml", "_config.yml")
        listed = self.config.get("languages")
        first = listed[0] if isinstance(listed, list) and listed else "en"
        self.lang: Language = "vi" if first == "vi" else "en"
        self.unread: list[str] = []
        """Files of metadata in a form that is not read."""
        self.indicators: dict[str, SiteIndicator] = {}
        self._groups: dict[Language, dict[str, Mapping[str, object]]] = {}
        languages = ("", *(f"/{lang}" for lang in LANGUAGES))
        folders = [f"{folder}{lang}" for folder in FOLDERS for lang in languages]
        with work.at("work_files", sum(len(self.folder.files(name)) for name in folders)):
            self._read_indicators()
            for lang in LANGUAGES:
                self._read_translations(lang)

    def _read(self, *names: str) -> Mapping[str, object]:
        """The first of these files that there is."""
        for name in names:
            if (self.folder.root / name).is_file():
                text = self._file(name)
                return text.values if text is not None else {}
        return {}

    def _file(self, name: str) -> SiteText | None:
        self._work.done += 1
        try:
            text = self.folder.read(name)
        except SiteFaultError as fault:
            self.faults.append((name, fault))
            return None
        self.faults += [(name, fault) for fault in text.faults]
        return text

    def _read_indicators(self) -> None:
        for folder in FOLDERS:
            for name in self.folder.files(folder):
                stem = stem_of(name, ".md", ".yml", ".yaml")
                if stem is None:
                    if name.lower().endswith((".xlsx", ".csv")):
                        self.unread.append(name)
                    continue
                text = self._file(name)
                entry = self.indicators.setdefault(stem, SiteIndicator(stem))
                entry.places.setdefault("", name)
                for key, value in (text.values if text is not None else {}).items():
                    if value not in (None, "", []) and key not in entry.texts:
                        entry.texts[key] = value
                        entry.places[key] = f"{name}:{text.lines[key] if text else 1}"
            for lang in LANGUAGES:
                for name in self.folder.files(f"{folder}/{lang}"):
                    stem = stem_of(name, ".md", ".yml", ".yaml")
                    if stem in self.indicators and (text := self._file(name)) is not None:
                        texts = self.indicators[stem].translations
                        texts[lang] = {**text.values, **texts.get(lang, {})}

    def _read_translations(self, lang: Language) -> None:
        groups: dict[str, Mapping[str, object]] = {}
        for folder in ("translations", "custom-translations"):
            for name in self.folder.files(f"{folder}/{lang}"):
                if name.lower().endswith((".yml", ".yaml")):
                    text = self._file(name)
                    group = name.rpartition("/")[2].rpartition(".")[0]
                    if text is not None:
                        groups[group] = {**groups.get(group, {}), **text.values}
        self._groups[lang] = groups

    def translation(self, text: str, lang: Language, group: str | None = None) -> str | None:
        """What a translation makes of a text; None for a key that no file here translates."""
        match = _KEY.fullmatch(text)
        if match is not None and (whole := self._groups[lang].get(match[1])) is not None:
            return as_text(whole.get(match[2])) or None
        if group is not None:
            return as_text(self._groups[lang].get(group, {}).get(text)) or text
        return None if match is not None and " " not in text else text

    def of(self, entry: SiteIndicator, *names: str) -> tuple[object, str, bool]:
        """The first of these keys that says something: its text, its place, whether it is known.

        The text is one, or one in each language. A key of a translation that is not here is
        returned as it is, and said to be unknown.
        """
        unknown: tuple[object, str, bool] | None = None
        for name in names:
            raw = as_text(entry.texts.get(name))
            if not raw:
                continue
            texts = {}
            for lang in LANGUAGES:
                mine = (
                    raw
                    if lang == self.lang
                    else as_text(entry.translations.get(lang, {}).get(name))
                )
                text = self.translation(mine or raw, lang)
                if text is not None and (mine or text != raw):
                    texts[lang] = text
            if texts:
                return in_languages(texts), entry.place(name), True
            unknown = unknown or (raw, entry.place(name), False)
        return unknown or ("", entry.place(), False)

    def category(self, text: str) -> object:
        """The name of a dimension or a category."""
        texts: dict[Language, str] = {self.lang: text}
        for lang in LANGUAGES:
            name = self.translation(text, lang, "data")
            if name is not None and name != text:
                texts[lang] = name
        return in_languages(texts)

    def global_text(self, kind: str, number: str) -> object:
        """The title of a goal or a target by its number, where a translation has it."""
        key = f"global_{kind}s.{number.replace('.', '-')}-title"
        texts = {lang: text for lang in LANGUAGES if (text := self.translation(key, lang))}
        return in_languages(texts) if texts else ""

    def ignored_columns(self) -> Iterator[str]:
        """The columns that the site says are none to break down by."""
        options = self.config.get("indicator_options")
        lists = [self.site.get("ignored_disaggregations")]
        if isinstance(options, Mapping):
            lists += [
                options.get("non_disaggregation_columns"),
                options.get("observation_attributes"),
            ]
        for names in lists:
            for name in names if isinstance(names, list) else ():
                if isinstance(name, str):
                    yield name


def in_languages(texts: Mapping[Language, str]) -> object:
    """A text in each language, or one where they are the same or there is only one."""
    words = set(texts.values())
    return next(iter(words)) if len(words) == 1 else {lang: texts[lang] for lang in texts}
