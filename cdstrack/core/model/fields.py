"""The types of single values in targets.yaml, and how the published schema describes them.

Scalars reach the models as text (see ``store.yaml_text``), so every type is given here and
nowhere else: ``NO``, ``1:30`` or ``010`` cannot turn into something the writer did not mean.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from cdstrack.core.model.decimals import MAX_DIGITS, parse_decimal, parse_int, plain
from cdstrack.core.model.naming import ADDRESS_PATTERN, ID_LENGTH, ID_PATTERN
from cdstrack.core.model.periods import (
    PERIOD_PATTERN,
    Period,
    parse_day,
    parse_frequency,
    parse_period,
)
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.structs import dataclass

Language = Literal["vi", "en"]


_LAST = 1 << 12
"""So many texts are remembered with what they say: many targets name few days and figures."""


def _strict(parse: Callable[[str], Any]) -> BeforeValidator:
    """Let one of our parsers give the type, and its Fault become pydantic's error."""
    parse = lru_cache(_LAST)(parse)  # what it gives is frozen, and may be in many models

    def validate(value: object) -> object:
        if isinstance(value, (dict, list)):
            raise PydanticCustomError("not_a_scalar", "not_a_scalar")
        if not isinstance(value, str):
            return value
        try:
            return parse(value)
        except Fault as fault:
            raise PydanticCustomError(fault.code, fault.code, dict(fault.facts)) from None

    return BeforeValidator(validate)


def _parse_bool(text: str) -> bool:
    if text in ("true", "false"):
        return text == "true"
    raise Fault("boolean", text=text, hint="flag")


_MAYBE_THOUSANDS = re.compile(r"(-?[1-9][0-9]{0,2})\.([0-9]{3})")


def _parse_figure(text: str) -> Decimal:
    """A figure to be reached; 10.000 is refused, because half of its readers mean 10000."""
    match = _MAYBE_THOUSANDS.fullmatch(text)
    if match is not None:
        short = match[2].rstrip("0")
        decimal = match[1] + (f".{short:0<4}" if len(short) == 3 else f".{short}" if short else "")
        raise Fault("number_ambiguous", text=text, write=match[1] + match[2], other=decimal)
    return parse_decimal(text)


def _not_blank(value: object) -> object:
    """A text in which something stands; most values of a register are texts."""
    if isinstance(value, (dict, list)):
        raise PydanticCustomError("not_a_scalar", "not_a_scalar")
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("text_empty", "text_empty")
    return value


# For the published schema. Editors see YAML's own types (2022 is an integer there, NO a text), so
# it takes whatever YAML may make of a text that we accept.
_TEXT_SCHEMA = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
_ID_SCHEMA = {
    "type": ["string", "integer", "boolean"],
    "pattern": f"^{ID_PATTERN}$",
    "maxLength": ID_LENGTH,
    "minimum": 0,
}
_FLAG_SCHEMA = {"enum": [True, False, "true", "false"]}
_TOO_LARGE = 10**MAX_DIGITS
_SHORT = rf"(?![0-9]{{{MAX_DIGITS + 1}}})(?!.{{{MAX_DIGITS + 2}}})"
NUMBER_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": -_TOO_LARGE, "exclusiveMaximum": _TOO_LARGE},
        {"type": "string", "pattern": rf"^-?{_SHORT}(0|[1-9][0-9]*)(\.[0-9]+)?$"},
    ]
}
_WHOLE_SCHEMA = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "exclusiveMaximum": _TOO_LARGE},
        {"type": "string", "pattern": rf"^{_SHORT}(0|[1-9][0-9]*)(\.0+)?$"},
    ]
}
_YEAR = "(?!0000|9999)"
_DAY_SCHEMA = {
    "type": "string",
    "pattern": f"^{_YEAR}[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$",
    "format": "date",
}
_PERIOD_SCHEMA = {
    "anyOf": [
        {"type": "integer", "minimum": 1000, "maximum": 9998},
        _DAY_SCHEMA,
        {
            "type": "string",
            "pattern": f"^{_YEAR}[0-9]{{4}}(-(0[1-9]|1[0-2])|-Q[1-4]|-H[12]|-W[0-5][0-9])?$",
        },
        {"type": "string", "pattern": f"^{_YEAR}{PERIOD_PATTERN}/{_YEAR}{PERIOD_PATTERN}$"},
    ]
}
_FREQUENCY_SCHEMA = {
    "anyOf": [
        {"enum": ["week", "month", "quarter", "half", "year"]},
        {
            "type": "string",
            "pattern": r"^(([1-9][0-9]?) )?(weeks?|months?|quarters?|half|halves|years?)"
            r"( from [0-9]{4}(-W[0-5][0-9])?)?$",
        },
    ]
}
_BESIDE_SCHEMA = {
    "type": ["string", "number", "boolean"],
    "pattern": r"^(?![./]*$)(?!/)(?!(.*/)?\.[^/])[^\\:]+$",
}
_LEDGER_SCHEMA = {
    "type": ["string", "number", "boolean"],
    "pattern": r"^(?!/)(?!(.*/)?\.[^/])(?!(.*/)?evidence/)(?!.*(\.torn-|\([0-9]+\)))"
    r"[^\\:]*[^/\\:]\.([jJ][sS][oO][nN][lL]?|[nN][dD][jJ][sS][oO][nN])$"
    rf"|^{ADDRESS_PATTERN}$",
}

Line = Annotated[str, BeforeValidator(_not_blank), WithJsonSchema(_TEXT_SCHEMA)]
Id = Annotated[
    str, Field(pattern=f"^{ID_PATTERN}$", max_length=ID_LENGTH), WithJsonSchema(_ID_SCHEMA)
]
Number = Annotated[Decimal, _strict(parse_decimal), WithJsonSchema(NUMBER_SCHEMA)]
Amount = Annotated[Decimal, _strict(_parse_figure), WithJsonSchema(NUMBER_SCHEMA)]
Whole = Annotated[int, _strict(parse_int), WithJsonSchema(_WHOLE_SCHEMA)]
Flag = Annotated[bool, _strict(_parse_bool), WithJsonSchema(_FLAG_SCHEMA)]
Day = Annotated[date, _strict(parse_day), WithJsonSchema(_DAY_SCHEMA)]
When = Annotated[Period, _strict(parse_period), WithJsonSchema(_PERIOD_SCHEMA)]
Every = Annotated[str, _strict(parse_frequency), WithJsonSchema(_FREQUENCY_SCHEMA)]
LedgerPath = Annotated[Line, WithJsonSchema(_LEDGER_SCHEMA)]
PathBeside = Annotated[Line, WithJsonSchema(_BESIDE_SCHEMA)]


def _nothing(value: object) -> object:
    return None if value in ("null", "~") else value


def _or_null(schema: dict[str, Any]) -> None:
    kind = dict(schema)
    schema.clear()
    schema["anyOf"] = [kind, {"type": "null"}]


LeftOpen = (BeforeValidator(_nothing), Field(json_schema_extra=_or_null))
"""What makes an optional value one that has to be given, be it as ``null``: it was left open."""


@dataclass(frozen=True, slots=True)
class Change:
    """By how much: ``13000`` in the unit of the target, or ``20%`` of where it stood."""

    figure: Decimal
    is_share: bool

    def __str__(self) -> str:
        return f"{plain(self.figure)}%" if self.is_share else plain(self.figure)

    def of(self, value: Decimal) -> Decimal | None:
        """The amount of it, measured against a value; a share of nothing is unknown."""
        if not self.is_share:
            return self.figure
        return abs(value) * self.figure / 100 if value else None


def _parse_change(text: str) -> Change:
    figure = _parse_figure(text.removesuffix("%").rstrip())
    if figure <= 0:
        raise Fault("change_not_positive")
    return Change(figure, text.endswith("%"))


By = Annotated[
    Change,
    _strict(_parse_change),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": _TOO_LARGE},
                {"type": "string", "pattern": rf"^{_SHORT}(0|[1-9][0-9]*)(\.[0-9]+)? ?%?$"},
            ]
        }
    ),
]


class _NoItems(list[Any]):
    """An empty list that can be hashed: pydantic copies any other, in every object made."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


class _NoEntries(dict[Any, Any]):
    """The same of a mapping."""

    __hash__ = _NoItems.__hash__  # type: ignore[assignment]


NO_ITEMS: Any = _NoItems()
NO_ENTRIES: Any = _NoEntries()
"""What models have where nothing is given, all of them the same object: nobody may change it."""


class Model(BaseModel):
    """Base of everything read from targets.yaml: immutable, unknown keys refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


class Bilingual(Model):
    """A text in both languages; a plain string serves both."""

    vi: Line
    en: Line

    def to(self, lang: Language) -> str:
        return self.vi if lang == "vi" else self.en


def _in_both_languages(value: object) -> object:
    return {"vi": value, "en": value} if isinstance(value, str) else value


Text = Annotated[
    Bilingual,
    BeforeValidator(_in_both_languages),
    WithJsonSchema(
        {
            "anyOf": [
                _TEXT_SCHEMA,
                {
                    "type": "object",
                    "properties": {"vi": _TEXT_SCHEMA, "en": _TEXT_SCHEMA},
                    "required": ["vi", "en"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
