"""Words, numbers and dates in Vietnamese and English. Knows plain parts of core.model, no more."""

from cdstrack.i18n.notation import Language
from cdstrack.i18n.words import LANGUAGES, Words, language_of

__all__ = ["LANGUAGES", "Language", "Words", "language_of"]
