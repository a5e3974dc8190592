"""Words, numbers and dates in Vietnamese and English. Of the rest it knows failures and periods."""

from cdstrack.i18n.numbers import Language
from cdstrack.i18n.words import LANGUAGES, Words, language_of

__all__ = ["LANGUAGES", "Language", "Words", "language_of"]
