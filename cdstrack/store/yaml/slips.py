"""What a slip of the pen was probably meant to say: a hint, and where it is sure what to write.

Looked for only where something is wrong already. What comes of it are facts for the sentence that
names the problem: ``hint`` is the key of a further sentence, ``write`` what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from cdstrack.core.model.decimals import parse_decimal, plain
from cdstrack.core.model.late_pattern import late_pattern
from cdstrack.core.model.naming import bare, fold
from cdstrack.core.model.periods import Period, parse_frequency
from cdstrack.core.model.problems import Fault, Path, did_you_mean
from cdstrack.store.yaml.tree import Mapping, Sequence, Tree

Facts = dict[str, object]

HINTS = (
    "comma", "hash", "after_quote", "after_apostrophe", "wide", "blank", "curly", "colon",
    "begins", "odd_signs", "null", "both_languages", "comparator", "done", "entries_by_id",
    "hyphen", "keys", "digits", "dates", "frequencies", "one_day", "flag", "sign", "unit", "name",
    "declare", "one_owner", "example", "example_or_source", "beside", "belongs",
    "no_figure", "twice_new", "twice_same", "twice_merge", "twice_other",
)  # fmt: skip
"""Every hint there is."""

TEXT_KEYS = frozenset(
    {"title", "vi", "en", "name", "short", "publisher", "speaker", "by", "figure", "unit",
     "definition", "contact", "status", "reason"}
)  # fmt: skip
"""The keys of free text, in which a sign that means something to YAML is most likely meant."""

_GOALS = frozenset({"target", "each"})
"""The keys that want a comparator: what stands there without one is named as a whole."""

_CURLY = "“”„«»‘’"
_BLANKS = "\xa0\u2000-\u200a\u202f\u205f\u3000"
_WIDE = "：，［］｛｝＃"
_ODD = late_pattern(f"[{_CURLY}{_WIDE}{_BLANKS}\uff00-\uff5e]")
_CURLY_START = late_pattern(rf"[ ]*(?:-[ ]+)*(?:[\w-]+:[ ]+)?(?:{{[ ]*\w+:[ ]+)?[{_CURLY}]")
_ODD_BLANK = late_pattern(rf"^[ ]*[{_BLANKS}]|[:,-][{_BLANKS}]", re.MULTILINE)
_PIECE = late_pattern(r"[^\n{}\[\],:\"']*+(?:,[^\n{}\[\],:\"']*+)*")
_COMMENT = late_pattern(r"(?<=\S)([ ]+)#(.?)")
_FIGURE = late_pattern(
    r"(?P<sign>≥|≤|>=|<=|[><=≈~])?\s*(?P<number>-?[0-9]+(?:[ .,\xa0\u202f][0-9]+)*)\s*"
    r"(?P<rest>\D.*)?"
)
_SIGNS = {"≥": "at_least", ">=": "at_least", ">": "more_than", "≤": "at_most", "<=": "at_most",
          "<": "less_than", "=": "exactly", "≈": "about", "~": "about"}  # fmt: skip
_SAYINGS = {
    "at_least": ("it nhat", "toi thieu", "khong duoi", "at least", "no less than", "minimum",
                 "min"),
    "more_than": ("tren", "hon", "lon hon", "more than", "over", "above"),
    "at_most": ("nhieu nhat", "toi da", "khong qua", "khong vuot qua", "at most", "no more than",
                "up to", "max", "maximum"),
    "less_than": ("duoi", "nho hon", "less than", "under", "below"),
    "exactly": ("bang", "dung", "exactly", "equal to"),
    "about": ("khoang", "xap xi", "chung", "about", "around", "approximately", "circa"),
}  # fmt: skip
_COMPARATORS = _SIGNS | {word: name for name, words in _SAYINGS.items() for word in words}
"""What people write for each comparator, folded."""
_SAYING = late_pattern(r"([^0-9-]*?)\s*(-?[0-9].*)")
SPAN = late_pattern(r"([0-9.,]+)\s*(?:%\s*)?[-–]\s*([0-9.,]+)\s*%?")
"""Two figures with a dash between."""
_MULTIPLES = {"tram": 2, "nghin": 3, "ngan": 3, "trieu": 6, "ty": 9, "ti": 9, "hundred": 2,
              "thousand": 3, "million": 6, "billion": 9}  # fmt: skip
_YES = frozenset({"true", "yes", "y", "on", "co", "dung", "x", "1", "✓"})
_NO = frozenset({"false", "no", "n", "off", "khong", "sai", "0"})
_OF_VALUES = ("number_", "date_", "boolean", "bad_", "not_one_of")
"""How codes begin that are about the very text of a value."""
_NULLS = frozenset({"~", "null", "none"})
_EXAMPLES = {"by": "by: {vi: Thủ tướng, en: The Prime Minister}", "on": "on: 2025-01-31",
             "source": "source: 12-nq-cp", "kind": "kind: reach", "id": "id: online-services",
             "title": "title: {vi: …, en: …}", "name": "name: {vi: …, en: …}",
             "owner": "owner: ministry-of-health", "date": "date: 2025-12",
             "stated": "stated: {on: …, by: …, source: …}"}  # fmt: skip
_OF_SOURCE = {"on": "date: 2025-01-31", "by": "publisher: {vi: Thủ tướng, en: The Prime Minister}"}
"""What a source may say in place of the statements that cite it."""
_TODAYS = (date(2001, 1, 1), date(2032, 8, 17))
_DAYS = frozenset({"on", "started", "ended", "until", "review_by"})
"""The keys of single days."""


# What the parser could not read


def in_syntax(code: str, text: str, at: int) -> Facts:
    """Why a line is no YAML, from the signs that stand in it."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    if code in ("yaml_bracket", "yaml_stray_bracket"):
        if _cuts(line):
            return {"hint": "hash"}
        is_word = at > start and re.match(r"[^\s,\]}:]+[^,:]*[,\]}]", text[at:])
        if is_word and (hint := _quote_hint(text[start:at])):
            return {"hint": hint}
    if code in ("yaml_bracket", "yaml_no_colon", "yaml_indent", "yaml_syntax", "yaml_no_blank"):
        if wide := next((char for char in line if char in _WIDE), None):
            return {"hint": "wide", "char": wide, "usual": unicodedata.normalize("NFKC", wide)}
        if _ODD_BLANK.search(line):
            return {"hint": "blank"}
    if code in ("yaml_colon", "yaml_bracket", "yaml_syntax") and _CURLY_START.match(line):
        return {"hint": "curly"}
    if code == "yaml_bracket":
        if text[at : at + 1] == ":":
            return {"hint": "colon"}
        if at == start + len(line) - len(line.lstrip()) or text[at : at + 1] in "[{":
            return {"hint": "begins", "char": text[at : at + 1]}
    if code in ("yaml_alias", "yaml_anchor", "yaml_stray_bracket", "yaml_dash"):
        return {"hint": "begins", "char": text[at : at + 1]}
    if code == "yaml_syntax" and text[start:at].rstrip()[-1:] in ("]", "}"):
        bracket = "[" if "]" in text[start:at] else "{"
        return {"hint": "begins", "char": bracket}
    if code == "yaml_after_quote":
        return {"hint": _quote_hint(text[start:at])}
    return {}


def _quote_hint(text: str) -> str | None:
    """How a text is written that has the quote in it which ends it: the last one of a line."""
    quotes = [char for char in text if char in "'\""]
    return {"'": "after_apostrophe", '"': "after_quote"}.get(quotes[-1]) if quotes else None


def _cuts(line: str) -> bool:
    """Whether a line has a # that ends it inside a bracket, behind a text."""
    match = _COMMENT.search(line)
    return match is not None and line[: match.start()].rstrip()[-1:] not in ",[]{}"


# What could be read, but not as it was meant


class Hash(NamedTuple):
    """A # behind a text that may be part of it."""

    match: re.Match[str]
    may_be_comment: bool


def hashes(text: str) -> Iterator[Hash]:
    """Every # that may cut off a text: one that is no comment for sure.

    A comment begins with a blank behind its # or stands apart by two; ``#06`` after one blank is
    part of a text.
    """
    for match in _COMMENT.finditer(text):
        apart, tight = len(match[1]) > 1, not match[2].isspace() and match[2] != ""
        if tight or not apart:
            yield Hash(match, apart or not tight)


def cut_texts(tree: Tree) -> Iterator[tuple[Path, int, bool]]:
    """The texts that a # cuts off: path, offset of the #, and whether it can be a comment."""
    for hash_ in hashes(tree.text):
        path = path_of_cut(tree, hash_)
        if path is not None:
            yield path, hash_.match.end(1), hash_.may_be_comment


def path_of_cut(tree: Tree, hash_: Hash) -> Path | None:
    """The path of the text that a # cuts off, if it does; of a tree that reaches up to it."""
    match = hash_.match
    at = match.end(1)
    path = tree.path_at(at)
    names = [step for step in path if isinstance(step, str)]
    if not names or (names[-1] not in TEXT_KEYS and "conditions" not in names):
        return None
    value, begin = tree.value_at(path)
    line = tree.text.rfind("\n", 0, at) + 1
    words = tree.text[max(begin, line) : match.start()].strip()
    quoted = tree.text[begin : begin + 1] in ("'", '"', "|", ">")
    is_cut = isinstance(value, str) and value and not quoted and value.endswith(words)
    return path if is_cut else None


def facts_of(
    code: str, facts: Facts, value: object, path: Path, tree: Tree, keys: Collection[str]
) -> Facts | None:
    """What to add to the facts of a problem at a path; None where another has said it all.

    ``keys`` are those that are known where the problem is.
    """
    text = value if isinstance(value, str) else None
    match code:
        case "unknown_key" | "bad_id" | "comma_in_number" if (
            piece := _piece(tree, path)
        ) is not None:
            return piece or None
        case "text_empty" if _first_piece(tree, path) is not None:
            return None
        case "comma_in_number":
            return {"hint": "digits"}
        case "unknown_key":
            return _unknown_key(str(facts["key"]), facts, value, tree, path, keys)
        case "missing_key":
            return _missing_key(str(facts["key"]), tree, path)
        case "not_a_mapping":
            return _mapping(value, path, tree, keys)
        case "not_a_list":
            return _list(value, keys)
        case "goal_one_comparator" if isinstance(value, Mapping) and set(value) == {
            "at_least",
            "at_most",
        }:
            return {"write": f"{{between: [{value['at_least']}, {value['at_most']}]}}"}
        case "text_empty" if re.search(r":[ ]+#", tree.place(path).excerpt or ""):
            return {"hint": "hash"}
    if text is None:
        return {}
    usual = usual_text(text)
    if usual != text and code.startswith(_OF_VALUES):
        write = _bare(usual) or usual if code.startswith("number_") else usual
        return {"hint": "odd_signs", "write": write, "suggestion": None}
    if text.lower() in _NULLS and code.startswith(("date_", "number_", "boolean", "bad_id")):
        return {"hint": "null"}
    match code:
        case "number_not":
            return figure_of(text)
        case "boolean" if flag := next(flags(text), None):
            return {"write": flag, "hint": None}
        case "date_unreadable" | "date_not_a_day":
            return _date(text, path)
        case "frequency_unreadable":
            return _frequency(text)
    return {}


def usual_text(text: str) -> str:
    """A text with the signs that a keyboard has for those which only look like them."""
    if not _ODD.search(text):
        return text
    usual = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).strip())
    return usual.strip(_CURLY + " ")


def flags(text: str) -> Iterator[str]:
    """true or false for a word that means it."""
    word = fold(text)
    if word in _YES or word in _NO:
        yield "true" if word in _YES else "false"


def _piece(tree: Tree, path: Path) -> Facts | None:
    """Of a key that is the rest of a text with a comma in brackets: how to write the whole.

    Empty for a further piece of the same text, None for any other key.
    """
    piece = _first_piece(tree, path)
    if piece is None:
        return None
    name, begin, is_next = piece
    if not is_next or name in _GOALS:
        return {}
    whole = whole_at(tree, begin)
    figure = None if name in TEXT_KEYS else _grouped(whole)
    if figure is not None:
        return {"write": f"{name}: {figure}", "suggestion": None}
    whole = whole.strip(_CURLY)
    mark = "'" if '"' in whole else '"'
    write = f"{name}: {mark}{whole}{mark}"
    return {"hint": "comma", "write": write, "suggestion": None}


def piece_at(tree: Tree, path: Path) -> tuple[str, int, str] | None:
    """The key whose text a comma cut up here, where that text begins, and the whole of it."""
    piece = _first_piece(tree, path)
    return (piece[0], piece[1], whole_at(tree, piece[1])) if piece is not None else None


def _first_piece(tree: Tree, path: Path) -> tuple[str, int, bool] | None:
    """The key of the text of which a key is the rest, its offset, and if they are neighbours."""
    node, _ = tree.value_at(path[:-1])
    key = str(path[-1])
    if not isinstance(node, Mapping) or node.get(key) != "":
        return None
    names = list(node)
    index = names.index(key)
    if not _is_bare(tree, node, index):
        return None
    first = index
    while first and node[names[first]] == "" and _is_bare(tree, node, first):
        first -= 1
    before = node[names[first]]
    begin = node.spots[2 * first + 1]
    if not isinstance(before, str) or not before or tree.text[begin] in "'\"":
        return None
    return names[first], begin, first == index - 1


def whole_at(tree: Tree, begin: int) -> str:
    """The text between brackets that begins at an offset, with its commas."""
    match = _PIECE.match(tree.text, begin)
    whole = match[0].strip() if match else ""
    last = re.search(r",[^,]*$", whole)
    if match and tree.text[match.end() : match.end() + 1] == ":" and last:
        whole = whole[: last.start()].strip()  # the last piece is the next key
    return whole


def _is_bare(tree: Tree, node: Mapping, index: int) -> bool:
    """Whether a key stands between commas or brackets, with no colon behind it."""
    at = node.spots[2 * index]
    return re.match(r"[^\n,{}\[\]:\"']+\s*[,}]", tree.text[at:]) is not None


def _grouped(text: str) -> str | None:
    """A figure of digits with commas, perhaps with a word that multiplies it."""
    match = re.fullmatch(r"(-?[0-9]+(?:,\s*[0-9]+)+)\s*(\D*)", text)
    if match is None:
        return None
    parts = re.split(r",\s*", match[1])
    word = fold(match[2].strip(" %"))
    if word and word not in _MULTIPLES:
        return None
    if all(len(part) == 3 for part in parts[1:]) and not word:
        return "".join(parts)
    if len(parts) > 2:
        return None
    return plain(Decimal(".".join(parts)).scaleb(_MULTIPLES.get(word, 0)))


def _unknown_key(
    key: str, facts: Facts, value: object, tree: Tree, path: Path, keys: Collection[str]
) -> Facts:
    usual = usual_text(key)
    if "：" in key:
        return {"hint": "wide", "char": "：", "usual": ":", "suggestion": None}
    if usual != key:
        return {"hint": "odd_signs", "write": usual, "suggestion": None}
    if (comparator := _COMPARATORS.get(bare(key))) in keys and isinstance(value, str):
        return {"write": f"{comparator}: {_bare(value) or value}", "suggestion": None}
    if {"date", "value"} == set(keys) and isinstance(value, str) and value:
        return {"write": f"{{date: {key}, value: {value}}}", "suggestion": None}
    is_short = len(keys) <= 8 or "at_least" in keys
    return {"allowed": list(keys)} if is_short and not facts.get("suggestion") else {}


def _missing_key(key: str, tree: Tree, path: Path) -> Facts:
    if key in ("vi", "en"):
        return {"hint": "both_languages"}
    if key in _OF_SOURCE and path[-1:] == ("stated",) and isinstance(tree.root, Mapping):
        stated, sources = tree.value_at(path)[0], tree.root.get("sources")
        name = stated.get("source") if isinstance(stated, Mapping) else None
        if isinstance(sources, Mapping) and name in sources:
            facts: Facts = {"example": _EXAMPLES[key], "source": name, "other": _OF_SOURCE[key]}
            return {"hint": "example_or_source", **facts}
    return {"hint": "example", "example": _EXAMPLES[key]} if key in _EXAMPLES else {}


def _mapping(value: object, path: Path, tree: Tree, keys: Collection[str]) -> Facts:
    """How a bare value is written where keys are wanted."""
    if "at_least" in keys:
        _, begin = tree.value_at(path)
        if isinstance(value, str) and (whole := whole_at(tree, begin)).startswith(f"{value},"):
            value = _grouped(whole.rstrip(" %")) or whole
        parent, _ = tree.value_at(path[:-1])
        kind = parent.get("kind") if isinstance(parent, Mapping) else None
        goal = _goal(value, "at_most" if kind == "limit" else "at_least")
        return {"hint": "comparator", "write": f"{path[-1]}: {goal}"}
    if {"vi", "en"} <= set(keys) and len(keys) == 2:
        texts = value if isinstance(value, Sequence) and len(value) == 2 else ()
        vi, en = texts if texts and all(isinstance(text, str) for text in texts) else ("…", "…")
        return {"write": f"{{vi: {vi}, en: {en}}}"}
    if set(keys) >= {"value", "inferred"} and isinstance(value, str) and value:
        return {"write": f"{path[-1]}: {{value: {value}}}"}
    if (len(path) == 1 or path[-1:] == ("conditions",)) and isinstance(value, Sequence):
        return {"hint": "entries_by_id"}
    return {"hint": "keys", "keys": ", ".join(keys)} if 0 < len(keys) <= 12 else {}


def _goal(value: object, comparator: str) -> str:
    """A goal for what stands there bare; where that cannot be read, an example of one."""
    if isinstance(value, Sequence) and len(value) == 2:
        return f"{{between: [{value[0]}, {value[1]}]}}"
    text = value.strip() if isinstance(value, str) else ""
    return goal_of(text, comparator) or f"{{{comparator}: 100}}"


def goal_of(text: str, comparator: str) -> str | None:
    """A goal from a figure with words or signs before it, ``comparator`` where they say nothing."""
    text = text.strip()
    if span := SPAN.fullmatch(text):
        return f"{{between: [{span[1]}, {span[2]}]}}"
    saying = _SAYING.fullmatch(text)
    if saying and (span := SPAN.fullmatch(saying[2])):
        floor = _COMPARATORS.get(bare(saying[1]))
        if floor in ("at_least", "more_than"):
            return f"{{{floor}: {span[1]}, up_to: {span[2]}}}"
    match = _FIGURE.fullmatch(saying[2]) if saying else None
    if saying is None or match is None or not _is_unit(match["rest"]):
        return None
    if saying[1] and bare(saying[1]) not in _COMPARATORS:
        return None
    figure, word = _bare(match["number"]), bare((match["rest"] or "").partition(" ")[0])
    if figure is not None and word in _MULTIPLES:
        figure = plain(Decimal(figure).scaleb(_MULTIPLES[word]))
    return f"{{{_COMPARATORS.get(bare(saying[1]), comparator)}: {figure or match['number']}}}"


def _list(value: object, keys: Collection[str]) -> Facts:
    """How the entries of a list are written that stand side by side."""
    if isinstance(value, Mapping):
        return {"hint": "hyphen"}
    if not isinstance(value, str) or not value:
        return {}
    if "vi" in keys:
        return {"write": f"[{{vi: {value}, en: …}}]"}
    span = SPAN.fullmatch(value.strip())
    items = [span[1], span[2]] if span else re.split(r"\s*[,;]\s*", value.strip())
    if not set(items) <= set(keys or items):
        return {"allowed": list(keys)}
    return {"write": f"[{', '.join(items)}]"}


def figure_of(text: str) -> Facts:
    """What of a text is the figure, and where the rest of it belongs."""
    match = _FIGURE.fullmatch(text.strip())
    if match is None or not _is_unit(match["rest"]):
        return {"hint": "digits"}
    sign, rest = match["sign"], (match["rest"] or "").strip()
    figure = _bare(match["number"])
    word, _, unit = rest.partition(" ")
    power = _MULTIPLES.get(fold(word))
    if figure is not None and power is not None:
        figure, rest = plain(Decimal(figure).scaleb(power)), unit.strip()
    elif power is not None:
        return {"hint": "digits"}
    facts: Facts = {"write": figure} if figure is not None else _either(match["number"])
    if sign:
        return {"hint": "sign", "comparator": _SIGNS[sign], **facts}
    if rest:
        return {"hint": "unit", "unit": rest, **facts}
    return {"hint": "digits", **facts}


def _is_unit(rest: str | None) -> bool:
    """Whether what stands behind a figure is its unit, and not a part of another one."""
    return not rest or (rest[0] not in "-–—_'’/:" and not re.match(r"\s*[a-z]*[0-9]", rest))


def _bare(number: str) -> str | None:
    """A figure without what parts its digits; None where it may mean either of two."""
    digits = re.sub("[ \xa0\u202f]", "", number)
    parts = re.split("[.,]", digits)
    if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]) and parts[0] != "0":
        return "".join(parts) if len(parts) > 2 or "," in digits else None
    if len(parts) > 2:
        return None
    try:
        return plain(parse_decimal(".".join(parts)))
    except Fault:
        return None


def _either(number: str) -> Facts:
    """The two figures that one with a point may mean."""
    try:
        short = plain(parse_decimal(number))
    except Fault:
        return {}
    return {"suggestion": [number.replace(".", ""), short]}


def things_in(root: object, section: str) -> list[tuple[str, tuple[str, ...]]]:
    """The ids of a section, each with itself and what it is called."""
    entries: Any = root.get(section) if isinstance(root, Mapping) else None
    pairs: list[tuple[str, object]] = []
    if isinstance(entries, Mapping):
        pairs = [*entries.items()]
    elif isinstance(entries, Sequence):
        named = [entry for entry in entries if isinstance(entry, Mapping)]
        pairs = [(entry["id"], entry) for entry in named if isinstance(entry.get("id"), str)]
    return [(name, (name, *_labels(entry))) for name, entry in pairs]


def _labels(entry: object) -> list[str]:
    fields = entry if isinstance(entry, Mapping) else {}
    labels = [fields[key] for key in ("name", "title", "short") if key in fields]
    return [text for label in labels for text in texts_of(label)]


def texts_of(label: object) -> list[str]:
    texts = label.values() if isinstance(label, Mapping) else [label]
    return [text for text in texts if isinstance(text, str) and text]


_HOW_OFTEN = late_pattern(
    r"(?:every|each|once a|once every|hang|moi|moi ky|dinh ky|per)? ?(?:(?P<number>[0-9]{1,2}|"
    r"mot|hai|ba|bon|nam(?= nam)|sau|muoi|two|three|four|five|six|ten) )?(?P<unit>\w+)(?: mot lan)?"
)
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "muoi": 10,
            "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}  # fmt: skip
_UNITS = {
    "week": ("week", "weeks", "weekly", "tuan"),
    "month": ("month", "months", "monthly", "thang"),
    "quarter": ("quarter", "quarters", "quarterly", "quy"),
    "half": ("half", "halves", "halfyear", "semester", "semesters"),
    "year": ("year", "years", "yearly", "annual", "annually", "annum", "nam"),
}
_SEVERAL = {"biennial": "2 years", "biennially": "2 years",
            "half-yearly": "half", "half-year": "half", "semiannual": "half", "nua nam": "half",
            "fortnight": "2 weeks", "fortnightly": "2 weeks",
            "triennial": "3 years", "quinquennial": "5 years", "decennial": "10 years",
            "decade": "10 years"}  # fmt: skip


def _frequency(text: str) -> Facts:
    """How often, in words, as the file writes it."""
    plain = " ".join(fold(text).replace("/", " ").split())
    match = _HOW_OFTEN.fullmatch(plain)
    every = _SEVERAL.get(plain)
    near = did_you_mean(match["unit"], [*_UNITS, *map("{}s".format, _UNITS)]) if match else None
    if every is None and match is not None:
        for name, words in _UNITS.items():
            if match["unit"] in words or near in (name, f"{name}s"):
                number = match["number"] or "1"
                every = f"{_NUMBERS.get(number, number)} {name}s"
    try:
        return {"write": parse_frequency(every), "hint": None} if every else {}
    except Fault:
        return {}


def _date(text: str, path: Path) -> Facts:
    """A date in words, as the file writes it."""
    period = period_of(text)
    if period is None:
        return {}
    if path[-1:] and path[-1] in _DAYS and period.precision != "day":
        first, last = period.first.isoformat(), period.last.isoformat()
        return {"hint": "one_day", "first": first, "last": last}
    return {"write": period.said, "hint": None}


def period_of(text: str) -> Period | None:
    """What a date in words means, as at the prompt; not one that depends on today."""
    from cdstrack.i18n.read_dates import read_period

    write: object = text
    for _ in range(2):
        try:
            periods = {read_period(str(write), "vi", today) for today in _TODAYS}
        except Fault as fault:
            write = fault.facts.get("write")
            if not write or write == text:
                return None
            continue
        return periods.pop() if len(periods) == 1 else None
    return None
