"""What must not be shown: a password that somebody wrote into a file or on a command line."""

from __future__ import annotations

import re

from cdstrack.core.model.naming import ADDRESS_PATTERN

HIDDEN = "***"

_ADDRESS = (
    # A database's address: nothing but what it is of. `Path` takes one of two strokes away.
    r"\b((?!https?:|ftp:)[a-z][a-z0-9+.-]+:/{1,2})[^\s'\"<>]+"
)
_LOGIN = (
    # https://name:password@host, and the same without the beginning.
    r"(\bhttps?:/{1,2}|\bftp:/{1,2})[^\s/'\"<>]*(?:(?<=:)[^\s'\"<>]*)?(?=@)"
    r"|(?<![^\s'\"<>(/])((?!mailto:)[^\s:/@'\"<>(]+:)(?!/)[^\s'\"<>]+(?=@)"
)
_WORD = (
    r"(\w*(?:password|passwd|passphrase|\bpwd)\w*['\"]?\s*[=:]\s*|\w*(?:secret|token)\w*=\s*)"
    r"(?:\"[^\"]*\"?|'[^']*'?|[^\s,;&}\])]+)"
)
_SIGNS = (
    (_ADDRESS, [":/"]),
    (_LOGIN, ["@"]),
    (_WORD, ["passw", "passphrase", "pwd", "secret", "token"]),
)
"""What a text holds one of if a pattern finds anything in it. Most hold none, and are masked by the
hundred."""


def masked(text: str) -> str:
    """A text without the passwords in it: those of addresses, and what a word of that kind sets."""
    plain = text.casefold()
    for pattern, signs in _SIGNS:
        if any(sign in plain for sign in signs):
            text = re.sub(pattern, _hide, text, flags=re.IGNORECASE)
    return text


def _hide(match: re.Match[str]) -> str:
    if re.fullmatch(ADDRESS_PATTERN, match[0].rstrip(".,:;)")):  # which has no room for a login
        return match[0]
    return "".join(part or "" for part in match.groups()) + HIDDEN


def is_address(path: str) -> bool:
    """Whether what cannot be the path of a file is the address of a database or of a server.

    A single letter with a colon is a drive of Windows.
    """
    beginning = r"[a-z][a-z0-9+-]+:|//|[^/]*:[^/]*@"
    setting = r".*\b(?:host|hostaddr|port|dbname|user|password|service)\s*="
    return re.match(f"{beginning}|{setting}", path, re.IGNORECASE) is not None
